/** Who watches which channel, and what they are told. */
import { RealtimeError } from "../../src/errors.js";
import type { Delivery } from "../../src/frame.js";
import { formatPosition, parsePosition } from "../../src/position.js";
import type { Watcher } from "../log/log.js";
import type { PostgresClient } from "./clients.js";
import { type Ear, openEar } from "./ear.js";
import { hash, unescapeText } from "./sql.js";

/**
 * Channels share so many names to LISTEN to. PostgreSQL goes through a connection's names one by one for every
 * notification: 10,000 were measured to cost it 30 µs each time, 1,024 up to 4. A server that hears few channels still
 * gets few of those that it doesn't need.
 */
const NAMES = 1_024;

/** How often the line is looked after, in milliseconds. */
const CHECK = 10_000;

/** The slot of a channel: 16 bits, stored. */
export const slotOf = (name: string): number => hash(name) & 0xffff;

/**
 * The name under which a channel is notified, which needs no quotes: PGlite puts none. Two schemas in one database have
 * different names.
 */
export const notifyName = (schema: string, slot: number): string =>
  `halyard_${hash(schema).toString(36)}_${slot % NAMES}`;

export class Hub {
  readonly #watchers = new Map<string, Set<Watcher>>();
  /** How many channels need a name. */
  readonly #names = new Map<string, number>();
  readonly #ear: Ear;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;
  /** Hears of a line that stays lost. */
  failed: (error: unknown) => void = () => {};

  constructor(client: PostgresClient, timeout: number) {
    this.#ear = openEar(
      client,
      {
        hear: (payload) => this.#hear(payload),
        missed: () => {
          for (const watcher of this.#all()) watcher.changed();
        },
        failed: (error) => this.failed(error),
        over: (cause) => {
          const why =
            "postgres: nothing is heard any more, the client was ended. Close the transport before its client.";
          for (const watcher of this.#all())
            watcher.fail(new RealtimeError("TRANSPORT_FAILED", why, { cause }));
        },
      },
      timeout,
    );
  }

  async watch(channel: string, name: string, watcher: Watcher): Promise<() => void> {
    const watchers = this.#watchers.get(channel) ?? new Set();
    this.#watchers.set(channel, watchers.add(watcher));
    this.#names.set(name, (this.#names.get(name) ?? 0) + 1);
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(channel) === watchers) this.#watchers.delete(channel);
      const left = (this.#names.get(name) ?? 1) - 1;
      if (left > 0) this.#names.set(name, left);
      else this.#names.delete(name);
    };
    try {
      await this.#ear.add(name);
    } catch (error) {
      end();
      throw error;
    }
    // It may have been closed meanwhile.
    if (!this.#isClosed)
      this.#timer ??= unref(setInterval(() => void this.#ear.check(new Set(this.#names.keys())), CHECK));
    return end;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#ear.close();
  }

  #all(): Watcher[] {
    return [...this.#watchers.values()].flatMap((watchers) => [...watchers]);
  }

  /** A notification: the position that the messages follow on, the channel, and then topics and payloads, if they fitted. */
  #hear(text: string): void {
    const [after = "", name = ""] = text.split("\n", 2);
    const watchers = this.#watchers.get(unescapeText(name));
    const position = watchers && parsePosition(after);
    if (!position) return;
    const body = text.split("\n").slice(2);
    const deliveries: Delivery[] = [];
    for (let i = 0; i + 1 < body.length; i += 2) {
      const id = formatPosition(position.epoch, position.offset + i / 2 + 1);
      deliveries.push({ id, frame: { topic: unescapeText(body[i] ?? ""), payload: body[i + 1] ?? "" } });
    }
    for (const watcher of [...watchers]) {
      if (deliveries.length > 0) watcher.stored(after, deliveries);
      else watcher.changed();
    }
  }
}

/** Outside Node a timer is a number, and keeps nothing running. */
function unref<T>(timer: T): T {
  if (typeof timer === "object") (timer as { unref?(): void } | null)?.unref?.();
  return timer;
}
