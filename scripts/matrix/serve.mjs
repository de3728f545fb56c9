// @ts-check
/** A server in one runtime, a client in Node. The server prints its address; workerd prints an event with its port. */
import { spawn } from "node:child_process";
import { must } from "./project.mjs";
import { programOf } from "./runtimes.mjs";

/** A server says that it serves within this time, and ends within it once it was told to. In milliseconds. */
const patience = 60_000;

/**
 * @param {string} name The runtime.
 * @param {string[]} args What it serves.
 * @param {import("./items.mjs").Context} context
 * @param {boolean} [endsItself] Whether it ends when the client says goodbye.
 */
export async function serveAndTalk(name, args, { cache, project }, endsItself = true) {
  const server = spawn(programOf(name, cache), args, {
    cwd: project,
    env: { ...process.env, NO_COLOR: "1" },
  });
  let output = "";
  server.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  server.stderr.setEncoding("utf8").on("data", (text) => (output += text));
  const ended = new Promise((resolve) => server.on("close", resolve));
  const timer = setTimeout(() => server.kill("SIGKILL"), patience);
  try {
    const url = await addressOf(server, () => output, ended);
    // The server is another process: this one may wait for the client.
    const client = must(process.execPath, ["fetch-client.mjs", url], project, patience);
    const code = endsItself ? await ended : 0;
    if (code !== 0) throw new Error(`it ended with ${code}\n${output}`);
    return [...output.trim().split("\n"), client.stdout.trim()]
      .filter((line) => /^(itself|stopped|from Node)$/.test(line))
      .join("; ");
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${name} printed:\n${output}`);
  } finally {
    clearTimeout(timer);
    server.kill("SIGKILL");
  }
}

/**
 * @param {import("node:child_process").ChildProcessWithoutNullStreams} server
 * @param {() => string} output
 * @param {Promise<unknown>} ended
 * @returns {Promise<string>}
 */
function addressOf(server, output, ended) {
  return new Promise((resolve, reject) => {
    ended.then((code) => reject(new Error(`it ended with ${code} before it served`)));
    server.stdout.on("data", () => {
      const [, url] = /^serving (\S+)$/m.exec(output()) ?? [];
      const [, port] = /"event":"listen".*"port":(\d+)/.exec(output()) ?? [];
      if (url || port) resolve(url ?? `http://127.0.0.1:${port}`);
    });
  });
}
