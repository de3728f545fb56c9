/** A transport that keeps nothing, on a broker that goes away and comes back. */
import { RealtimeError } from "../../../src/errors.js";
import type { Sink } from "../../../src/transport.js";
import type { ConformanceSetup } from "../setup.js";
import type { Break, Historian } from "./breaking.test-support.js";
import { local } from "./local.test-support.js";
import { pair } from "./pair.test-support.js";

const none = () => Promise.reject(new Error("There is none."));

/** The broker itself keeps nothing either: what is under way when it goes is lost. */
export function bareOutage(breaks: Break = (inner) => inner): ConformanceSetup {
  let isGone = false;
  const sinks = new Set<Sink>();
  const check = () => {
    if (!isGone) return;
    const cause = new Error("connect ECONNREFUSED");
    throw new RealtimeError("TRANSPORT_FAILED", "bare: the broker is gone.", { cause });
  };

  function overCable(inner: Historian): Historian {
    return {
      ...inner,
      async publish(channel, frames) {
        const results = await inner.publish(channel, frames);
        check();
        return results;
      },
      async subscribe(channel, at, sink) {
        const own: Sink = {
          deliver: (deliveries) => {
            if (!isGone) sink.deliver(deliveries);
          },
          gap: (gap) => sink.gap(gap),
          fail: (error) => sink.fail(error),
        };
        const { position, unsubscribe } = await inner.subscribe(channel, at, own);
        const end = () => {
          at.signal?.removeEventListener("abort", end);
          sinks.delete(own);
          unsubscribe();
        };
        if (isGone) end();
        check();
        sinks.add(own);
        at.signal?.addEventListener("abort", end, { once: true });
        return { position, unsubscribe: end };
      },
    };
  }

  const { transport, peer, cleanup } = pair({ ...local(), history: none });
  const [here, there] = [transport, peer].map((each) => breaks(overCable(each)));
  if (!here) throw new Error("Two were made.");
  return {
    transport: here,
    peer: there,
    cleanup,
    outage: {
      async begin() {
        isGone = true;
      },
      async end() {
        isGone = false;
        for (const sink of [...sinks]) sink.gap({ reason: "no-replay", after: undefined });
      },
    },
  };
}
