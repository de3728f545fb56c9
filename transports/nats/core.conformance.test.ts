import { afterAll, describe, it } from "vitest";
import { available, type Server, startNats } from "../brokers.test-support.js";
import { transportConformance } from "../conformance/index.js";
import { connectTo, createCoreNats } from "./nats.test-support.js";
import { RESERVED } from "./options.js";

/** A server of its own, since it is taken away again and again. */
let server: Promise<Server> | undefined;
const started = () => {
  server ??= startNats();
  return server;
};

/** What each transport of the suite holds. */
const counts = new WeakMap<object, () => number>();

describe.skipIf(!available("nats"))("core NATS", () => {
  afterAll(async () => (await server)?.stop());

  transportConformance({
    describe,
    it,
    name: "natsCore",
    supports: { replay: false, keys: false, maxBytes: 1_048_576 - RESERVED, shared: true },
    async factory() {
      const { url, kill, restart } = await started();
      const [mine, theirs] = await Promise.all([connectTo(url), connectTo(url)]);
      const [here, there] = [createCoreNats(mine), createCoreNats(theirs)];
      counts.set(here.transport, here.count);
      return {
        transport: here.transport,
        peer: there.transport,
        outage: { begin: kill, end: restart },
        cleanup: async () => {
          await Promise.all([mine.close(), theirs.close()]);
        },
      };
    },
    resources: (transport) => counts.get(transport)?.() ?? 0,
  });
});
