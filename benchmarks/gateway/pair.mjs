// @ts-check
/** A contestant's server, and clients of it, each side in a process of its own. */
import { start } from "./worker.mjs";

/** @typedef {Awaited<ReturnType<typeof pair>>} Pair */

/**
 * @param {{ name: string, wire: string, options?: object }} contestant
 * @param {number} connections
 */
export async function pair({ name, wire, options = {} }, connections) {
  const server = await start("./server.mjs", [name, JSON.stringify(options)]);
  const port = await server.call("port");
  const ticket = (await server.call("ticket")) ?? "";
  const clients = await start("./clients.mjs", [wire, String(port), ticket]);
  await clients.call("connect", connections);
  return {
    server,
    clients,
    /**
     * Publishes to every connection, and waits until all have everything, so that nothing queues up.
     * Gives the server's CPU in µs.
     *
     * @param {{ ticks: number, messages: number, pause?: number }} given
     */
    async round({ ticks, messages, pause }) {
      let cpu = 0;
      // Few enough at a time for every socket's buffers, enough that asking for them doesn't count.
      const window = Math.max(1, Math.floor(64 / messages));
      for (let left = ticks; left > 0; left -= window) {
        const some = Math.min(window, left);
        const arrived = clients.call("received", some * messages * connections);
        cpu += await server.call("publish", { ticks: some, messages, pause });
        await arrived;
      }
      return cpu;
    },
    async stop() {
      await clients.stop();
      await server.stop();
    },
  };
}
