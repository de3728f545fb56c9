// @ts-check
/**
 * Compares the table of promises in docs/transports.md with what the built transports say of themselves. `--update` writes
 * it. Needs no broker: none is asked for before a transport is used. Run `npm run build` first.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisesTable, withPromises } from "./lib/promises.mjs";
import { isMain, report, root } from "./lib/repo.mjs";

/** @typedef {import("./lib/promises.mjs").Row} Row */
/** @typedef {import("halyard/transport").Transport} Transport */

const PAGE = "docs/transports.md";

/** Stands in for a connection to a NATS server of the default configuration: there is none that isn't connected. */
function natsConnection() {
  const methods = ["publish", "subscribe", "requestMany", "flush"];
  const unused = (/** @type {string} */ name) => () => {
    throw new Error(`${name}() was called, before the transport was used.`);
  };
  return /** @type {any} */ ({
    ...Object.fromEntries(methods.map((name) => [name, unused(name)])),
    // What the server tells, and what its user chose.
    ...{ info: { max_payload: 1_048_576 }, options: {} },
    // Nothing becomes of it.
    status: async function* () {},
    isClosed: () => false,
    closed: () => new Promise(() => {}),
  });
}

/**
 * How each is made, with its defaults. Their clients never connect.
 *
 * @type {readonly { name: string, entry: string, make: () => Promise<Transport> }[]}
 */
export const transports = [
  {
    name: "[`memory()`](#memory), the default",
    entry: "memory",
    make: async () => (await import("halyard/transports/memory")).memory(),
  },
  {
    name: "[`redis({ client })`](#redis)",
    entry: "redis",
    async make() {
      const { Redis } = await import("ioredis");
      const { redis } = await import("halyard/transports/redis");
      return redis({ client: new Redis({ lazyConnect: true }) });
    },
  },
  {
    name: "[`postgres({ client })`](#postgresql)",
    entry: "postgres",
    async make() {
      const { default: pg } = await import("pg");
      const { postgres } = await import("halyard/transports/postgres");
      return postgres({ client: new pg.Pool() });
    },
  },
  {
    name: "[`postgres({ client })` on PGlite](#postgresql)",
    entry: "postgres",
    async make() {
      const { PGlite } = await import("@electric-sql/pglite");
      const { postgres } = await import("halyard/transports/postgres");
      // One that was constructed would start at once.
      return postgres({ client: Object.create(PGlite.prototype) });
    },
  },
  {
    name: "[`nats({ client })`](#nats), JetStream",
    entry: "nats",
    async make() {
      const { jetstream } = await import("@nats-io/jetstream");
      const { nats } = await import("halyard/transports/nats");
      return nats({ client: jetstream(natsConnection()) });
    },
  },
  {
    name: "[`natsCore({ client })`](#nats), core NATS",
    entry: "nats",
    make: async () => (await import("halyard/transports/nats")).natsCore({ client: natsConnection() }),
  },
];

/**
 * @param {string} markdown The page.
 * @param {readonly Row[]} rows
 * @returns {string[]}
 */
export function checkTransports(markdown, rows) {
  const right = withPromises(markdown, promisesTable(rows));
  if (right === undefined)
    return [`${PAGE}:1: has no place for the table of promises (scripts/lib/promises.mjs)`];
  const [written, wanted] = [markdown.split("\n"), right.split("\n")];
  const at = wanted.findIndex((line, i) => line !== written[i]);
  if (at < 0) return [];
  const how = "run `node scripts/check-transports.mjs --update`";
  return [
    `${PAGE}:${at + 1}: has ${JSON.stringify(written[at])}, but it is ${JSON.stringify(wanted[at])}; ${how}`,
  ];
}

if (isMain(import.meta.url)) {
  const rows = [];
  for (const { name, make } of transports) {
    rows.push({ name, supports: (await make()).supports });
  }
  const file = path.join(root, PAGE);
  const markdown = readFileSync(file, "utf8");
  if (process.argv.includes("--update"))
    writeFileSync(file, withPromises(markdown, promisesTable(rows)) ?? markdown);
  report(
    checkTransports(readFileSync(file, "utf8"), rows),
    `${PAGE} says what ${rows.length} transports promise.`,
  );
}
