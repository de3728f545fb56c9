// @ts-check
/** A server of a test's own: in a folder of its own, gone with the process that started it, however that ends. */
import { spawn } from "node:child_process";
import { chownSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort } from "./ports.mjs";
import { probe } from "./probe.mjs";

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {number} port Stays the same when it is started again.
 * @property {string} folder Where it keeps its data. Removed when this process ends.
 * @property {number} pid Throws while it doesn't run.
 * @property {() => Promise<void>} stop Lets it finish, as an administrator would. Its data stays.
 * @property {() => Promise<void>} kill Gives it no time, as a crash would. Its data stays as it was.
 * @property {() => Promise<void>} restart Starts it with the same data at the same port; stops it first where it runs.
 */

/**
 * @typedef {object} Recipe
 * @property {import("./kinds.mjs").Kind} kind
 * @property {(port: number, folder: string) => string[]} command
 * @property {(port: number) => string} url
 * @property {(folder: string) => Promise<void>} [prepare] Runs once, before its first start.
 * @property {(url: string) => string} [helloAt] Where to say hello. Default: its URL.
 * @property {(url: string) => Promise<void>} [complete] Runs once, after its first start.
 * @property {NodeJS.Signals} [finish] Default `SIGTERM`.
 * @property {NodeJS.Signals} [crash] Default `SIGKILL`.
 * @property {{ uid: number, gid: number } | undefined} [user] Who runs it. Default: who runs this.
 * @property {number | undefined} [port] Default: any that is free.
 */

/** How long a server may take to start or to end. In milliseconds; a busy machine takes its time. */
const PATIENCE = 60_000;

/** Kills the server that it was last told of, and removes its folder, when nobody holds its input open any more. */
const GUARD =
  'while read -r p; do pid=$p; done; if [ -n "$pid" ]; then kill -s "$2" "$pid"; ' +
  'n=0; while kill -0 "$pid" && [ $n -lt 50 ]; do sleep 0.1; n=$((n+1)); done; kill -9 "$pid"; fi; rm -rf -- "$1"';

/**
 * @param {Recipe} recipe
 * @returns {Promise<Server>}
 */
export async function startServer(recipe) {
  const { kind, crash = "SIGKILL", finish = "SIGTERM", user } = recipe;
  const folder = mkdtempSync(path.join(os.tmpdir(), `halyard-${kind}-`));
  if (user) chownSync(folder, user.uid, user.gid);
  // In a session of its own, so that Ctrl-C doesn't end it before its time.
  const guard = spawn("sh", ["-c", GUARD, "sh", folder, crash.slice(3)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  guard.stdin.on("error", () => {}); // It ends with this process, at the latest.
  /** @type {{ unref?: () => void }} */ (guard.stdin).unref?.();

  await recipe.prepare?.(folder);
  let port = recipe.port ?? (await freePort());
  /** @type {{ pid: number, ended: Promise<void> } | undefined} */
  let running;

  const start = async () => {
    const [program = "", ...args] = recipe.command(port, folder);
    const child = spawn(program, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      ...user,
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        said = (said + text).slice(-4_000);
      });
      /** @type {{ unref?: () => void }} */ (stream).unref?.();
    }
    child.unref();
    let over = false;
    /** @type {Promise<void>} */
    const ended = new Promise((resolve) => {
      const end = () => {
        over = true;
        if (running?.ended === ended) running = undefined;
        guard.stdin.write("\n");
        resolve();
      };
      child.once("error", (error) => {
        said += error.message;
        end();
      });
      child.once("exit", end);
    });
    if (child.pid !== undefined) guard.stdin.write(`${child.pid}\n`);
    running = child.pid === undefined ? undefined : { pid: child.pid, ended };

    const url = recipe.url(port);
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      if (over) throw new Error(`${program} ended: ${said.trim()}`);
      const answer = await probe(kind, recipe.helloAt?.(url) ?? url);
      if (answer.ok && !over) return;
      if (Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`${program} doesn't answer: ${answer.ok ? "" : answer.why}; it said: ${said.trim()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };

  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    if (!running) return;
    const { pid, ended } = running;
    process.kill(pid, signal);
    // It also keeps this process alive for what it waits for, which the child doesn't.
    const timer = setTimeout(() => process.kill(pid, "SIGKILL"), PATIENCE);
    await ended;
    clearTimeout(timer);
  };

  for (let attempt = 1; ; attempt++) {
    try {
      await start();
      break;
    } catch (error) {
      // Somebody else may have taken the port in between.
      const taken = /address already in use|in use|bind/i.test(String(error));
      if (recipe.port !== undefined || !taken || attempt === 3) throw error;
      port = await freePort();
    }
  }
  await recipe.complete?.(recipe.url(port));

  return {
    url: recipe.url(port),
    port,
    folder,
    get pid() {
      if (!running) throw new Error(`${kind} at port ${port} doesn't run.`);
      return running.pid;
    },
    stop: () => end(finish),
    kill: () => end(crash),
    async restart() {
      await end(finish);
      await start();
    },
  };
}
