// @ts-check
/** The server's process: a contestant, and what it costs. Arguments: the contestant's name, its options as JSON. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { contestants } from "./contestants.mjs";
import { answer } from "./worker.mjs";

const [, , name = "", options = "{}"] = process.argv;
const start = contestants[name];
if (!start) throw new Error(`There is no contestant "${name}".`);
const { server, publish, connections, ticket } = await start(JSON.parse(options));
server.listen(0, "127.0.0.1", 4096);
await once(server, "listening");

/** As in a scan's progress; `at` is when it was published, on the clock that all processes share. */
const payload = (/** @type {number} */ n) => ({
  path: `src/components/file-${n}.ts`,
  bytes: 4096 + n,
  done: false,
  at: performance.timeOrigin + performance.now(),
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
let n = 0;

answer({
  port: () => /** @type {import("node:net").AddressInfo} */ (server.address()).port,
  ticket: () => ticket?.(),
  connections,

  /** Publishes so many messages in each of some turns, `pause` ms apart. Gives µs of CPU that this process spent. */
  async publish(
    /** @type {{ ticks: number, messages: number, pause?: number, pad?: number, topic?: "file" | "bulk" }} */ given,
  ) {
    const { ticks, messages, pause = 0, pad = 0, topic } = given;
    const padding = pad > 0 ? { pad: "x".repeat(pad) } : {};
    const before = process.cpuUsage();
    for (let tick = 0; tick < ticks; tick++) {
      await publish(
        Array.from({ length: messages }, () => ({ ...payload(n++), ...padding })),
        topic,
      );
      // What this turn queued leaves before the next one publishes: a tick is a tick for everybody.
      if (pause > 0) await sleep(pause);
      else for (let i = 0; i < 3; i++) await turn();
    }
    const { user, system } = process.cpuUsage(before);
    return user + system;
  },

  /** Bytes of this process after a collection. */
  async memory() {
    for (let i = 0; i < 5; i++) {
      globalThis.gc?.();
      await sleep(50);
    }
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    return { rss, heapUsed, external, arrayBuffers };
  },
});
