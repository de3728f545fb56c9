import type { Delivery } from "../../../src/frame.js";
import { formatPosition, parsePosition } from "../../../src/position.js";
import type { GapReason } from "../../../src/transport.js";
import { type Log, logTransport, randomEpoch, type Watcher } from "../../log/index.js";

const supports = { replay: true, keys: false, maxBytes: 1_048_576, shared: false } as const;

/** Messages that a channel keeps. */
const KEEPS = 1_000;

/** Keeps the last messages of each channel in this process. */
export function shelf() {
  // The memory of this process is a new history every time: its offsets begin anew.
  const epoch = randomEpoch();
  const channels = new Map<string, { kept: Delivery[]; last: number }>();
  const watchers = new Map<string, Watcher>();
  const open = (name: string) => channels.get(name) ?? { kept: [], last: 0 };
  const at = (offset: number) => formatPosition(epoch, offset);

  /** Why messages may be missing after a position, where they may be. */
  function gapAfter(after: string, oldest: number, last: number): GapReason | undefined {
    const position = parsePosition(after);
    if (!position) return "unknown";
    if (position.epoch !== epoch) return "epoch";
    if (position.offset > last) return "unknown";
    return position.offset < oldest ? "trimmed" : undefined;
  }

  const log: Log = {
    async append(name, frames) {
      const channel = open(name);
      const before = at(channel.last);
      const stored = frames.map((frame) => {
        channel.last += 1;
        return { id: at(channel.last), frame };
      });
      channel.kept.push(...stored);
      channel.kept.splice(0, channel.kept.length - KEEPS);
      channels.set(name, channel);
      watchers.get(name)?.stored(before, stored);
      return stored.map(({ id }) => ({ id, duplicate: false }));
    },

    async read(name, { after, limit, maxBytes = Number.POSITIVE_INFINITY }) {
      const { kept, last } = open(name);
      const oldest = last - kept.length;
      const reason = after === undefined ? undefined : gapAfter(after, oldest, last);
      // From where it goes on; after a gap, from the oldest that is kept.
      const start = reason || after === undefined ? oldest : (parsePosition(after)?.offset ?? oldest);
      const deliveries: Delivery[] = [];
      let bytes = 0;
      for (const delivery of kept.slice(start - oldest)) {
        bytes += new TextEncoder().encode(delivery.frame.payload).length;
        const isFull = deliveries.length >= limit || bytes > maxBytes;
        if (isFull && deliveries.length > 0) break;
        deliveries.push(delivery);
      }
      const end = start + deliveries.length;
      return { deliveries, gap: reason && { reason, after }, position: at(end), more: end < last };
    },

    async end(name) {
      return at(open(name).last);
    },

    async watch(name, watcher) {
      watchers.set(name, watcher);
      return () => void watchers.delete(name);
    },

    async close() {
      channels.clear();
    },
  };
  return logTransport({ name: "shelf", supports, log });
}
