// @ts-check
/** Real brokers for tests: those of the run, and servers of a test's own. */
import { brokers } from "./kinds.mjs";

/** @typedef {import("./kinds.mjs").Kind} Kind */
/** @typedef {import("./server.mjs").Server} Server */
/** @typedef {import("./start.mjs").StartOptions} StartOptions */

export { freePort } from "./ports.mjs";
export { runPostgres } from "./postgres.mjs";
export { startNats, startPostgres, startRedis } from "./start.mjs";

/**
 * Whether this run has a broker. Where it has none, its tests are skipped, and the run says so.
 *
 * @param {Kind} kind
 */
export const available = (kind) => process.env[brokers[kind].variable] !== "none";

/**
 * Where the broker of this run is. Others use it too: take random names, and leave their data alone.
 *
 * @param {Kind} kind
 */
export function brokerUrl(kind) {
  const { title, variable, url } = brokers[kind];
  if (available(kind)) return process.env[variable] || url;
  throw new Error(`This run has no ${title}: skip what needs it where \`available("${kind}")\` is false.`);
}
