// @ts-check
import { freePort } from "../../test-support/brokers/index.mjs";

/**
 * A NATS server of one's own which also tells of itself: how many connections it has, and what its streams hold.
 *
 * @param {typeof import("../../test-support/brokers/index.mjs").startNats} start
 */
export async function natsServer(start) {
  const monitor = await freePort();
  const server = await start({ args: ["-m", `${monitor}`] });
  const ask = async (/** @type {string} */ path) =>
    (await fetch(`http://127.0.0.1:${monitor}/${path}`)).json();
  return {
    server,
    connections: async () => /** @type {{ connections: number }} */ (await ask("varz")).connections,
    stored: async () => /** @type {{ bytes: number }} */ (await ask("jsz")).bytes,
  };
}
