import { afterAll, describe, it } from "vitest";
import { available, type Server, startNats } from "../brokers.test-support.js";
import { frame } from "../conformance/frames.js";
import { transportConformance } from "../conformance/index.js";
import { connectTo, createNats, jetstreamManager, unique } from "./nats.test-support.js";
import { RESERVED } from "./options.js";

/** A server of its own, since it is taken away again and again. */
let server: Promise<Server> | undefined;
const started = () => {
  server ??= startNats();
  return server;
};

/** Stored messages that a channel keeps: few, so that the oldest are soon gone. */
const KEPT = 500;

/** What each transport of the suite holds, and how its oldest messages are dropped. */
const made = new WeakMap<object, { count: () => number; trim: (channel: string) => Promise<void> }>();

describe.skipIf(!available("nats"))("nats", () => {
  afterAll(async () => (await server)?.stop());

  transportConformance({
    describe,
    it,
    name: "nats",
    supports: { replay: true, keys: 600_000, maxBytes: 1_048_576 - RESERVED, shared: true },
    async factory() {
      const { url, kill, restart } = await started();
      const stream = unique();
      const [mine, theirs] = await Promise.all([connectTo(url), connectTo(url)]);
      const [here, there] = [mine, theirs].map((each) =>
        createNats(each, { stream, history: { count: KEPT } }),
      );
      if (!here || !there) throw new Error("Two were made.");
      made.set(here.transport, {
        count: here.count,
        // More messages than a channel keeps, each stored alone.
        async trim(channel) {
          for (let i = 0; i < KEPT + 1; i += 100) {
            const some = Array.from({ length: 100 }, (_, j) => frame(`filler ${i + j}`));
            await Promise.all(some.map((one) => here.log.append(channel, [one])));
          }
        },
      });
      return {
        transport: here.transport,
        peer: there.transport,
        outage: { begin: kill, end: restart },
        async cleanup() {
          // The two may not be back yet.
          const other = await connectTo(url);
          const manager = await jetstreamManager(other);
          await manager.streams.delete(stream).catch(() => {});
          await Promise.all([mine, theirs, other].map((connection) => connection.close()));
        },
      };
    },
    trim: async (transport, channel) => made.get(transport)?.trim(channel),
    resources: (transport) => made.get(transport)?.count() ?? 0,
    rounds: 1_000,
  });
});
