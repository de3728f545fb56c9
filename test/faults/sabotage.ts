/** A transport that is broken on purpose: it drops one message in so many, and says nothing. A round has to notice. */
import type { Sink, Transport } from "halyard/transport";

/** One message in so many never comes to a subscriber. */
const EVERY = 1_000;

export function sabotage(transport: Transport): Transport {
  // The first one soon: processes are killed, and begin again.
  let count = EVERY / 2;
  return {
    ...transport,
    publish: (channel, frames, at) => transport.publish(channel, frames, at),
    subscribe(channel, at, sink) {
      const lossy: Sink = {
        gap: (gap) => sink.gap(gap),
        fail: (error) => sink.fail(error),
        deliver: (deliveries) => {
          const kept = deliveries.filter(() => ++count % EVERY !== 0);
          if (kept.length > 0) sink.deliver(kept);
        },
      };
      return transport.subscribe(channel, at, lossy);
    },
    ...(transport.history && { history: transport.history.bind(transport) }),
    close: () => transport.close(),
  };
}
