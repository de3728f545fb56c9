// @ts-check
/** How long an editor waits for the completion on `m.data.` in a large file: the first time, and after each edit. */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { compilerOptions, root, withProject } from "./compile.mjs";
import { startServer } from "./lsp.mjs";

const require = createRequire(import.meta.url);
const EDITS = 9;

/** @typedef {{ cold: number, warm: number }} Times In milliseconds; `warm` is the median. */

/**
 * The text as it is while one types, the offset where completion is asked for, and a member that must be offered.
 *
 * @param {string} source
 * @param {number} channels
 */
export function typing(source, channels) {
  const member = `message${Math.floor(channels / 2)}`;
  const at = source.lastIndexOf(`m.data.${member}.trim()`);
  if (at < 0) throw new Error(`The workload has no m.data.${member}.`);
  const offset = at + "m.data.".length;
  return { text: source.slice(0, offset) + source.slice(offset + `${member}.trim()`.length), offset, member };
}

/** An edit that changes the text and no type: a comment at its end. @param {string} text @param {number} round */
const edited = (text, round) => `${text}\n// ${round}`;

/** @param {readonly number[]} values */
export const median = (values) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** @param {() => unknown} run */
async function timed(run) {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

/** @param {readonly string[]} offered @param {string} member */
function mustOffer(offered, member) {
  if (!offered.includes(member)) throw new Error(`Completion offers ${offered.slice(0, 5)}…, not ${member}.`);
}

/**
 * TypeScript 6.0's language service, in this process.
 *
 * @param {string} source
 * @param {number} channels
 * @returns {Promise<Times>}
 */
export async function completeInProcess(source, channels) {
  /** @type {typeof import("typescript-6.0")} */
  const ts = require("typescript-6.0");
  const { text, offset, member } = typing(source, channels);
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
  const file = path.posix.join(root, ".temp", "in-memory", "main.ts");
  let version = 0;
  const current = () => (version === 0 ? text : edited(text, version));
  /** What an editor says of an edit: only the end differs. */
  const tail = (/** @type {string} */ read) => ({
    getText: (/** @type {number} */ from, /** @type {number} */ to) => read.slice(from, to),
    getLength: () => read.length,
    getChangeRange: (/** @type {import("typescript-6.0").IScriptSnapshot} */ old) =>
      ts.createTextChangeRange(
        ts.createTextSpanFromBounds(text.length, old.getLength()),
        read.length - text.length,
      ),
  });
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : "0"),
    getScriptSnapshot(name) {
      if (name === file) return tail(current());
      const read = ts.sys.readFile(name);
      return read === undefined ? undefined : ts.ScriptSnapshot.fromString(read);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => (name === file ? current() : ts.sys.readFile(name)),
    realpath: ts.sys.realpath,
  });
  const complete = () => {
    const found = service.getCompletionsAtPosition(file, offset, {});
    mustOffer(
      (found?.entries ?? []).map(({ name }) => name),
      member,
    );
  };
  // Files are read and parsed once, however one writes channels: that isn't what is compared.
  service.getProgram();
  const cold = await timed(complete);
  const warm = [];
  for (version = 1; version <= EDITS; version++) warm.push(await timed(complete));
  service.dispose();
  return { cold, warm: median(warm) };
}

/**
 * TypeScript 7's language server. What it reads and parses when it first sees the file is in `cold`.
 *
 * @param {string} source
 * @param {number} channels
 * @returns {Promise<Times>}
 */
export function completeByServer(source, channels) {
  const { text, offset, member } = typing(source, channels);
  const before = text.slice(0, offset).split("\n");
  const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return withProject(text, async (folder) => {
    const uri = pathToFileURL(path.join(folder, "main.ts")).href;
    const server = await startServer(folder);
    try {
      const complete = async () => {
        const found = /** @type {{ items?: { label: string }[] } | { label: string }[] | null} */ (
          await server.request("textDocument/completion", { textDocument: { uri }, position })
        );
        const items = Array.isArray(found) ? found : (found?.items ?? []);
        mustOffer(
          items.map(({ label }) => label),
          member,
        );
      };
      server.notify("textDocument/didOpen", {
        textDocument: { uri, languageId: "typescript", version: 0, text },
      });
      const cold = await timed(complete);
      const warm = [];
      for (let version = 1; version <= EDITS; version++) {
        server.notify("textDocument/didChange", {
          textDocument: { uri, version },
          contentChanges: [{ text: edited(text, version) }],
        });
        warm.push(await timed(complete));
      }
      return { cold, warm: median(warm) };
    } finally {
      await server.stop();
    }
  });
}
