// @ts-check
/**
 * Each transport beside the raw client in the same run, on a server of its own, which starts and ends with it.
 *
 *     npm run bench -- transports                   every engine, every part
 *     npm run bench -- transports redis bursts      these alone
 *     npm run bench -- transports --short           a look whether all works; no figures to quote
 */
import { awaited } from "./awaited.mjs";
import { bursts } from "./bursts.mjs";
import { connections } from "./connections.mjs";
import { gateways } from "./gateways.mjs";
import { history } from "./history.mjs";

// What is kept is weighed first: later, the server may use again what it let go of.
const parts = { history, awaited, bursts, connections, gateways };
/** @type {Record<string, () => Promise<import("./contestant.mjs").Engine>>} */
const engines = {
  memory: async () => (await import("./engines/memory.mjs")).engine(),
  redis: async () => (await import("./engines/redis.mjs")).engine(),
  nats: async () => (await import("./engines/nats.mjs")).engine(),
  natsCore: async () => (await import("./engines/nats-core.mjs")).engine(),
  postgres: async () => (await import("./engines/postgres.mjs")).engine(),
  pglite: async () => (await import("./engines/pglite.mjs")).engine(),
};

const words = process.argv.slice(2);
const short = words.includes("--short");
const names = words.filter((word) => word !== "--short");
const unknown = names.find((name) => !(name in parts) && !(name in engines));
if (unknown !== undefined) {
  const all = [...Object.keys(engines), ...Object.keys(parts), "--short"];
  console.error(`There is no "${unknown}". There are: ${all.join(", ")}.`);
  process.exit(1);
}
const among = (/** @type {object} */ all) => {
  const chosen = Object.keys(all).filter((name) => names.includes(name));
  return chosen.length > 0 ? chosen : Object.keys(all);
};

for (const name of among(engines)) {
  const engine = await engines[name]();
  console.log(`\n## ${name}: ${engine.about}`);
  try {
    for (const part of among(parts)) await parts[/** @type {keyof typeof parts} */ (part)](engine, { short });
  } finally {
    await engine.stop();
  }
}
if (short) console.log("\nShort: too few messages for figures to quote.");
