/** A broker with transactions: what is published in one holds its channel until it ends. */
import type { Delivery, Frame } from "../../../src/frame.js";
import { formatPosition, parsePosition } from "../../../src/position.js";
import type { GapReason, Published, Transport } from "../../../src/transport.js";
import { type Log, logTransport, type Watcher } from "../../log/index.js";
import { conflict } from "../../log/refusals.js";
import type { ConformanceSetup, Transaction } from "../setup.js";
import type { Historian } from "./breaking.test-support.js";

const EPOCH = "tx";

/** Messages that a channel keeps. */
const KEEPS = 5_000;

const offsetOf = (delivery: Delivery | undefined) => parsePosition(delivery?.id ?? "")?.offset;

interface Channel {
  readonly kept: Delivery[];
  readonly keys: Map<string, { readonly id: string; readonly content: string }>;
  readonly watchers: Set<Watcher>;
  /** Settles when the channel is free. */
  free: Promise<void>;
  /** The last offset that was given out. */
  last: number;
  /** The offset of the last message that was dropped. */
  trimmedTo: number;
}

/** What a transaction has to do at its end, by channel. */
type Tx = Map<
  Channel,
  { readonly commit: () => void; readonly undo: () => void; readonly letGo: () => void }[]
>;

/** How it is broken, for those who look for it. */
export interface TxFaults {
  /** Numbers are drawn when something is published, and nobody waits for anybody. */
  readonly locksNothing?: boolean;
}

export class TxBroker {
  readonly #channels = new Map<string, Channel>();
  readonly #faults: TxFaults;

  constructor(faults: TxFaults = {}) {
    this.#faults = faults;
  }

  #of(name: string): Channel {
    const channel = this.#channels.get(name) ?? {
      kept: [],
      keys: new Map(),
      watchers: new Set<Watcher>(),
      free: Promise.resolve(),
      last: 0,
      trimmedTo: 0,
    };
    this.#channels.set(name, channel);
    return channel;
  }

  begin(): Transaction {
    const tx: Tx = new Map();
    const end = async (how: "commit" | "undo") => {
      for (const steps of tx.values()) for (const step of steps) step[how]();
      for (const steps of tx.values()) for (const step of steps) step.letGo();
    };
    return { tx, commit: () => end("commit"), rollback: () => end("undo") };
  }

  async append(name: string, frames: readonly Frame[], tx: Tx | undefined): Promise<Published[]> {
    const channel = this.#of(name);
    let letGo = () => {};
    if (!tx?.has(channel) && !this.#faults.locksNothing) {
      const before = channel.free;
      channel.free = new Promise((resolve) => {
        letGo = resolve;
      });
      await before;
    }
    const stored: Delivery[] = [];
    const drawn: string[] = [];
    const start = channel.last;
    const results = frames.map(({ key, content, topic, payload }): Published => {
      const used = key === undefined ? undefined : channel.keys.get(key);
      if (used && key !== undefined && used.content !== content) return { error: conflict("tx", name, key) };
      if (used) return { id: used.id, duplicate: true };
      channel.last += 1;
      const id = formatPosition(EPOCH, channel.last);
      stored.push({ id, frame: { topic, payload } });
      if (key !== undefined) {
        channel.keys.set(key, { id, content });
        drawn.push(key);
      }
      return { id, duplicate: false };
    });
    const commit = () => {
      channel.kept.push(...stored);
      const dropped = channel.kept.splice(0, Math.max(0, channel.kept.length - KEEPS));
      channel.trimmedTo = offsetOf(dropped.at(-1)) ?? channel.trimmedTo;
      const after = formatPosition(EPOCH, start);
      for (const watcher of channel.watchers) watcher.stored(after, stored);
    };
    const undo = () => {
      channel.last = start;
      for (const key of drawn) channel.keys.delete(key);
    };
    if (tx) tx.set(channel, [...(tx.get(channel) ?? []), { commit, undo, letGo }]);
    else {
      commit();
      letGo();
    }
    return results;
  }

  /** One server's end of it. */
  log(): Log {
    const end = ({ kept }: Channel) => offsetOf(kept.at(-1)) ?? 0;
    return {
      append: (name, frames, at) => this.append(name, frames, at?.tx as Tx | undefined),
      end: async (name) => formatPosition(EPOCH, end(this.#of(name))),
      close: async () => {},
      watch: async (name, watcher) => {
        const { watchers } = this.#of(name);
        watchers.add(watcher);
        return () => void watchers.delete(watcher);
      },
      read: async (name, { after, limit, maxBytes = Number.POSITIVE_INFINITY }) => {
        const channel = this.#of(name);
        const position = parsePosition(after ?? `${EPOCH}.0`);
        let reason: GapReason | undefined;
        if (!position) reason = "unknown";
        else if (position.epoch !== EPOCH) reason = "epoch";
        else if (position.offset > end(channel)) reason = "unknown";
        else if (position.offset < channel.trimmedTo && after !== undefined) reason = "trimmed";
        const from = reason ? channel.trimmedTo : (position?.offset ?? 0);
        const rest = channel.kept.filter((delivery) => (offsetOf(delivery) ?? 0) > from);
        let bytes = 0;
        const fitting = rest.findIndex(({ frame }, i) => {
          bytes += new TextEncoder().encode(frame.payload).length;
          return i >= limit || (i > 0 && bytes > maxBytes);
        });
        const deliveries = fitting === -1 ? rest : rest.slice(0, fitting);
        return {
          deliveries,
          gap: reason && { reason, after },
          more: deliveries.length < rest.length,
          position: deliveries.at(-1)?.id ?? formatPosition(EPOCH, from),
        };
      },
    };
  }
}

const supports = { replay: true, keys: 60_000, maxBytes: 65_536, shared: true, transactions: true } as const;

/** Two instances on one broker with transactions. */
export function txPair(
  breaks: (inner: Historian) => Transport = (inner) => inner,
  faults?: TxFaults,
): ConformanceSetup {
  const broker = new TxBroker(faults);
  const [transport, peer] = [0, 1].map(() =>
    breaks(logTransport({ name: "tx", supports, log: broker.log() })),
  );
  if (!transport) throw new Error("Two were made.");
  return { transport, peer, transaction: async () => broker.begin() };
}
