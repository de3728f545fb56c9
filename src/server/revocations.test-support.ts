/** A transport whose faults the test decides. */
import { memory } from "../../transports/memory/index.js";
import type { Sink, Transport } from "../transport.js";

export function faulty(transport: Transport = memory()) {
  const sinks: Sink[] = [];
  const faults = { subscribe: false, history: false, publish: false };
  const fail = (): never => {
    throw new Error("redis://user:password@host is gone");
  };
  const own = (channel: string) => channel.startsWith("~halyard:");
  const faultyOne: Transport = {
    ...transport,
    async publish(channel, frames) {
      return own(channel) && faults.publish ? fail() : transport.publish(channel, frames);
    },
    async subscribe(channel, at, sink) {
      if (!own(channel)) return transport.subscribe(channel, at, sink);
      if (faults.subscribe) fail();
      // Once it has failed, it delivers nothing.
      let failed = false;
      const fails: Sink["fail"] = (error) => {
        failed = true;
        sink.fail(error);
      };
      sinks.push({ ...sink, fail: fails });
      return transport.subscribe(channel, at, { ...sink, deliver: (d) => !failed && sink.deliver(d) });
    },
    async history(channel, query) {
      if (own(channel) && faults.history) fail();
      // Small pages, so that there are several.
      return transport.history?.(channel, own(channel) ? { ...query, limit: 2 } : query) ?? fail();
    },
  };
  return { transport: faultyOne, faults, sinks };
}
