import { RealtimeError } from "../../../src/errors.js";
import type { Delivery } from "../../../src/frame.js";
import type { Sink, Transport } from "../../../src/transport.js";

const supports = { replay: false, keys: false, maxBytes: 1_048_576, shared: false } as const;

/** Reaches subscribers in this process. Keeps nothing. */
export function local(): Transport<typeof supports> {
  const channels = new Map<string, Set<Sink>>();
  let isClosed = false;

  const checkOpen = () => {
    if (isClosed) throw new RealtimeError("CLOSED", "local: the transport is closed.");
  };

  return {
    name: "local",
    supports,

    async publish(channel, frames) {
      checkOpen();
      const deliveries: Delivery[] = [];
      const results = frames.map((frame) => {
        if (frame.key !== undefined) {
          return { error: new RealtimeError("UNSUPPORTED", "local: messages can't have a key.") };
        }
        if (new TextEncoder().encode(frame.payload).length > supports.maxBytes) {
          return { error: new RealtimeError("PAYLOAD_TOO_LARGE", "local: the message is too large.") };
        }
        const id = crypto.randomUUID();
        deliveries.push({ id, frame });
        return { id, duplicate: false };
      });
      const sinks = channels.get(channel) ?? new Set();
      for (const sink of deliveries.length > 0 ? sinks : []) {
        // One after the other, each by itself: a sink may publish, unsubscribe another, or throw.
        queueMicrotask(() => sinks.has(sink) && sink.deliver(deliveries));
      }
      return results;
    },

    async subscribe(channel, { signal }, sink) {
      checkOpen();
      signal?.throwIfAborted();
      // An object of its own per subscription: the same sink may come twice.
      const own: Sink = {
        deliver: (deliveries) => sink.deliver(deliveries),
        gap: (gap) => sink.gap(gap),
        fail: (error) => sink.fail(error),
      };
      const sinks = channels.get(channel) ?? new Set();
      channels.set(channel, sinks.add(own));

      const unsubscribe = () => {
        signal?.removeEventListener("abort", unsubscribe);
        sinks.delete(own);
        if (sinks.size === 0 && channels.get(channel) === sinks) channels.delete(channel);
      };
      signal?.addEventListener("abort", unsubscribe, { once: true });
      return { position: undefined, unsubscribe };
    },

    async close() {
      isClosed = true;
      const open = [...channels.values()];
      channels.clear();
      const sinks = open.flatMap((all) => [...all]);
      for (const all of open) all.clear();
      for (const sink of sinks) sink.fail(new RealtimeError("CLOSED", "local: the transport is closed."));
    },
  };
}
