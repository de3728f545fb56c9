import { describe, it } from "vitest";
import { available, brokerUrl } from "../brokers.test-support.js";
import { transportConformance } from "../conformance/index.js";
import { kinds } from "./clients.test-support.js";
import { startProxy } from "./proxy.test-support.js";
import { createRedis } from "./transport.js";

const prefix = `halyard-test-${crypto.randomUUID()}:`;
const options = { prefix, timeout: "500ms" } as const;

/** What each transport of the suite holds. */
const held = new WeakMap<object, () => Record<string, number>>();

describe.skipIf(!available("redis"))("redis", () => {
  for (const kind of available("redis") ? kinds : []) {
    transportConformance({
      describe,
      it,
      name: `redis by ${kind.name}`,
      supports: { replay: true, keys: 600_000, maxBytes: 1_048_576, shared: true },
      outages: true,
      async factory() {
        const url = new URL(brokerUrl("redis"));
        const proxy = await startProxy(Number(url.port || 6379), url.hostname);
        url.host = new URL(proxy.url).host;
        const clients = await Promise.all([kind.client(url.href), kind.client(url.href)]);
        const [here, there] = clients.map(({ client }) => createRedis({ client, ...options }));
        if (!here || !there) throw new Error("Two were made.");
        held.set(here.transport, here.held);
        return {
          transport: here.transport,
          peer: there.transport,
          outage: {
            async begin() {
              proxy.refuse = true;
              proxy.cut();
            },
            async end() {
              proxy.refuse = false;
            },
          },
          async cleanup() {
            for (const { end } of clients) end();
            await proxy.close();
          },
        };
      },
      resources(transport) {
        const { rooms = 0, members = 0, timers = 0, watched = 0 } = held.get(transport)?.() ?? {};
        return rooms + members + timers + watched;
      },
    });
  }
});
