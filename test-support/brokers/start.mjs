// @ts-check
import { brokers } from "./kinds.mjs";
import { startPostgres } from "./postgres.mjs";
import { findPrograms } from "./programs.mjs";
import { startServer } from "./server.mjs";

/** @typedef {import("./kinds.mjs").Kind} Kind */
/** @typedef {import("./server.mjs").Server} Server */

/**
 * @typedef {object} StartOptions
 * @property {readonly string[]} [args] More arguments of the program. They come last, so that they win.
 * @property {number} [port] Default: any that is free.
 */

/**
 * A Redis of the caller's own. It writes nothing to disk unless `args` say so, such as `["--appendonly", "yes"]`.
 *
 * @param {StartOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startRedis({ args = [], port } = {}) {
  const program = programOf("redis");
  const quiet = [
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--enable-debug-command",
    "local",
  ];
  return startServer({
    kind: "redis",
    port,
    command: (port, folder) => [program, "--port", `${port}`, "--dir", folder, ...quiet, ...args],
    url: (port) => `redis://127.0.0.1:${port}`,
  });
}

/**
 * A NATS server of the caller's own, with JetStream. It keeps what was stored when it is started again.
 *
 * @param {StartOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startNats({ args = [], port } = {}) {
  const program = programOf("nats");
  return startServer({
    kind: "nats",
    port,
    command: (port, folder) => [program, "-a", "127.0.0.1", "-p", `${port}`, "-js", "-sd", folder, ...args],
    url: (port) => `nats://127.0.0.1:${port}`,
  });
}

export { startPostgres };

/** @type {Readonly<Record<Kind, (options?: StartOptions) => Promise<Server>>>} */
export const start = { redis: startRedis, nats: startNats, postgres: startPostgres };

/** @param {Kind} kind */
function programOf(kind) {
  const { title, programs } = brokers[kind];
  const [program] = Object.values(findPrograms(programs) ?? {});
  if (program) return program;
  throw new Error(`${title} (${programs.join(", ")}) isn't installed; \`npm run setup\` installs it`);
}
