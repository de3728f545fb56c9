// @ts-check
/** What an editor shows where one hovers over a place: by the language service up to 6.0, by the language server of 7.0. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

/**
 * @param {string} compiler A package's name.
 * @param {string} file
 * @param {string} config A tsconfig.json.
 * @param {readonly number[]} places
 * @returns {string[]} One text for each place.
 */
export function hoverByService(compiler, file, config, places) {
  /** @type {typeof import("typescript-6.0")} */
  const ts = require(compiler);
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    path.dirname(config),
  );
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) =>
      existsSync(name) ? ts.ScriptSnapshot.fromString(readFileSync(name, "utf8")) : undefined,
    getCurrentDirectory: () => path.dirname(file),
    getCompilationSettings: () => options,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  });
  const [mistake] = service.getSemanticDiagnostics(file);
  if (mistake) throw new Error(ts.flattenDiagnosticMessageText(mistake.messageText, "\n"));
  return places.map((place) =>
    ts.displayPartsToString(service.getQuickInfoAtPosition(file, place)?.displayParts),
  );
}

/**
 * @param {string} tsc
 * @param {string} file
 * @param {readonly number[]} places
 * @returns {Promise<string[]>} One text for each place.
 */
export async function hoverByServer(tsc, file, places) {
  const server = spawn(process.execPath, [tsc, "--lsp", "--stdio"], {
    cwd: path.dirname(file),
    stdio: ["pipe", "pipe", "ignore"],
  });
  try {
    const { ask, tell } = talk(server);
    const text = readFileSync(file, "utf8");
    const uri = pathToFileURL(file).href;
    const capabilities = { textDocument: { hover: { contentFormat: ["markdown"] } } };
    await ask("initialize", { processId: process.pid, rootUri: null, capabilities });
    tell({ method: "initialized", params: {} });
    const textDocument = { uri, languageId: "typescript", version: 1, text };
    tell({ method: "textDocument/didOpen", params: { textDocument } });
    const texts = [];
    for (const place of places) {
      const before = text.slice(0, place).split("\n");
      const position = { line: before.length - 1, character: before.at(-1)?.length };
      const shown = await ask("textDocument/hover", { textDocument: { uri }, position });
      // The declaration stands in a fence, and the comment after it.
      texts.push(/^```\w+\n([\s\S]*?)\n```/.exec(shown?.contents?.value ?? "")?.[1] ?? "");
    }
    return texts;
  } finally {
    server.kill();
  }
}

/**
 * Speaks JSON-RPC with a language server (https://microsoft.github.io/language-server-protocol).
 *
 * @param {import("node:child_process").ChildProcessByStdio<import("node:stream").Writable, import("node:stream").Readable, null>} server
 */
function talk(server) {
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const asked = new Map();
  let received = Buffer.alloc(0);
  let last = 0;
  const tell = (/** @type {object} */ message) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  server.on("exit", (code) => {
    for (const { reject } of asked.values()) reject(new Error(`The language server ended with ${code}.`));
  });
  server.stdout.on("data", (/** @type {Buffer} */ chunk) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const head = received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(received.toString("utf8", 0, head))?.[1]);
      if (head < 0 || received.length < head + 4 + length) return;
      const { id, method, params, result, error } = JSON.parse(
        received.toString("utf8", head + 4, head + 4 + length),
      );
      received = received.subarray(head + 4 + length);
      if (method && id !== undefined) tell({ id, result: params?.items?.map(() => null) ?? null });
      else if (error) asked.get(id)?.reject(new Error(error.message));
      else asked.get(id)?.resolve(result);
    }
  });
  const ask = (/** @type {string} */ method, /** @type {object} */ params) =>
    new Promise((resolve, reject) => {
      asked.set(++last, { resolve, reject });
      tell({ id: last, method, params });
    });
  return { ask, tell };
}
