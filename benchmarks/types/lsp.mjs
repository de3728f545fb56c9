// @ts-check
/** A client of TypeScript 7's language server, as an editor is one. */
import { spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./compile.mjs";

/** A server that takes longer is stuck. In milliseconds. */
const PATIENCE = 120_000;

/** @typedef {{ id?: number, method?: string, result?: unknown, error?: { message: string } }} Reply */

/**
 * Starts a server for a folder.
 *
 * @param {string} folder
 */
export async function startServer(folder) {
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  const child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "ignore"],
  });
  /** @type {Map<number, { resolve: (result: unknown) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let buffer = Buffer.alloc(0);
  let last = 0;

  const send = (/** @type {object} */ message) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const notify = (/** @type {string} */ method, /** @type {unknown} */ params) => send({ method, params });
  const request = (/** @type {string} */ method, /** @type {unknown} */ params) => {
    const id = ++last;
    send({ id, method, params });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer to ${method}.`)), PATIENCE);
      const settle = (/** @type {(value: any) => void} */ by) => (/** @type {unknown} */ value) => {
        clearTimeout(timer);
        by(value);
      };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
    });
  };
  const take = (/** @type {Reply} */ { id, method, result, error }) => {
    if (id === undefined) return;
    // What the server asks of an editor (its settings, say) has an empty answer.
    if (method) return send({ id, result: method === "workspace/configuration" ? [] : null });
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result);
  };
  child.stdout.on("data", (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      const [, length] = /Content-Length: (\d+)/i.exec(buffer.toString("latin1", 0, Math.max(end, 0))) ?? [];
      const whole = end + 4 + Number(length);
      if (end < 0 || !length || buffer.length < whole) return;
      const text = buffer.toString("utf8", end + 4, whole);
      buffer = buffer.subarray(whole);
      take(JSON.parse(text));
    }
  });
  child.on("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error("The language server ended."));
  });

  await request("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport: false } } } },
    initializationOptions: {},
  });
  notify("initialized", {});
  return {
    request,
    notify,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill();
      }),
  };
}
