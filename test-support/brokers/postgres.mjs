// @ts-check
import { execFile, execFileSync } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { findPrograms } from "./programs.mjs";
import { startServer } from "./server.mjs";

/** @typedef {import("./server.mjs").Server} Server */

/**
 * A PostgreSQL of the caller's own, with a database `test`. It trusts whoever connects. It survives `kill`, but not the
 * machine's crash: it doesn't wait for the disk, unless `args` say so (`["-c", "fsync=on"]`).
 *
 * @param {{ args?: readonly string[], port?: number, replicaOf?: Server }} [options] `args`: more arguments of the program;
 *   they win. `replicaOf`: starts as a streaming replica of that one.
 * @returns {Promise<Server>}
 */
export async function startPostgres({ args = [], port, replicaOf } = {}) {
  const user = unprivileged();
  const data = (/** @type {string} */ folder) => path.join(folder, "data");
  const fast = ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"];
  return startServer({
    kind: "postgres",
    port,
    user,
    finish: "SIGINT", // "Fast": doesn't wait for its clients.
    crash: "SIGQUIT", // A kill of the first process alone would leave the others, which hold its port.
    async prepare(folder) {
      if (replicaOf) {
        const from = ["-h", "127.0.0.1", "-p", `${replicaOf.port}`, "-U", "postgres"];
        await runPostgres("pg_basebackup", ["-D", data(folder), ...from, "-R", "-c", "fast", "--no-sync"]);
      } else {
        const how = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        await runPostgres("initdb", ["-D", data(folder), ...how]);
      }
    },
    command: (port, folder) => [
      programOf("postgres"),
      ...["-D", data(folder), "-p", `${port}`, "-k", folder],
      ...[...fast, ...args],
    ],
    url: (port) => `postgres://postgres@127.0.0.1:${port}/test`,
    // The database `test` isn't there yet when it first answers.
    helloAt: (url) => url.replace(/test$/, "postgres"),
    async complete(url) {
      if (replicaOf) return;
      const at = ["-h", "127.0.0.1", "-p", new URL(url).port, "-U", "postgres"];
      await runPostgres("psql", [...at, "-d", "postgres", "-c", "CREATE DATABASE test"]);
    },
  });
}

/**
 * Runs one of PostgreSQL's own programs, such as `pg_dump`, as who may run it. Gives what it prints.
 *
 * @param {string} name
 * @param {readonly string[]} args
 */
export async function runPostgres(name, args) {
  const options = { ...unprivileged(), cwd: "/", maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(programOf(name), [...args], options);
  return stdout;
}

/** From the folder that has the server too: a wrapper on the PATH may be of another version. @param {string} name */
function programOf(name) {
  const found = findPrograms(["postgres", "initdb", name])?.[name];
  if (found) return found;
  throw new Error(`PostgreSQL (${name}) isn't installed; \`npm run setup\` installs it`);
}

/** PostgreSQL refuses root. @returns {{ uid: number, gid: number } | undefined} */
function unprivileged() {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (/** @type {string} */ flag) =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // The next one, then.
    }
  }
  throw new Error("PostgreSQL refuses to run as root, and there is no user postgres or nobody.");
}
