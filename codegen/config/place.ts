/** Where in a config file something went wrong: what an error says of it. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Place } from "../errors.js";
import { frameOf } from "../frame.js";

/**
 * The first place in one of these files that an error's message or stack names. Columns count only where they are sure:
 * what was compiled has others.
 */
export function placeInConfig(
  error: unknown,
  texts: ReadonlyMap<string, string>,
  cwd: string,
  columns: boolean,
): Place | undefined {
  if (!(error instanceof Error)) return undefined;
  // Node puts the place of a syntax error into the stack, jiti into the message.
  const said = `${error.message}\n${error.stack ?? ""}`;
  let first: { at: number; file: string; line: number; column: number } | undefined;
  for (const file of texts.keys()) {
    for (const name of [file, pathToFileURL(file).href]) {
      const found = new RegExp(`${literally(name)}(?:\\?[^\\s:)]*)?:(\\d+)(?::(\\d+))?`).exec(said);
      if (!found || (first && first.at <= found.index)) continue;
      first = { at: found.index, file, line: Number(found[1]), column: columns ? Number(found[2] ?? 0) : 0 };
    }
  }
  if (!first) return undefined;
  return placeAtLine(first.file, texts.get(first.file) ?? "", first.line, first.column, cwd);
}

/** Where a module names what it imports. */
export function placeOfImport(
  specifier: string,
  texts: ReadonlyMap<string, string>,
  cwd: string,
): Place | undefined {
  for (const [file, text] of texts) {
    const at = [`"${specifier}"`, `'${specifier}'`].map((quoted) => text.indexOf(quoted)).find((i) => i >= 0);
    if (at === undefined) continue;
    const before = text.slice(0, at).split("\n");
    return placeAtLine(file, text, before.length, (before.at(-1)?.length ?? 0) + 1, cwd);
  }
  return undefined;
}

/** Node tells where a module can't be parsed when it is a program's own, and not when it is imported: so it is asked again. */
export function placeOfSyntax(texts: ReadonlyMap<string, string>, cwd: string): Place | undefined {
  for (const file of texts.keys()) {
    if (!/\.[cm]?js$/.test(file)) continue;
    const { status, stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" });
    if (status === 0) continue;
    const [, line, indent] = new RegExp(`^${literally(file)}:(\\d+)\\n.*\\n( *)\\^`, "m").exec(stderr) ?? [];
    const at = line === undefined ? undefined : ([Number(line), (indent?.length ?? 0) + 1] as const);
    if (at) return placeAtLine(file, texts.get(file) ?? "", ...at, cwd);
  }
  return undefined;
}

function placeAtLine(file: string, text: string, line: number, given: number, cwd: string): Place {
  const content = text.split(/\r?\n/)[line - 1] ?? "";
  const column = given || content.length - content.trimStart().length + 1;
  return {
    file: path.relative(cwd, file).split(path.sep).join("/"),
    line,
    column,
    frame: frameOf(text, line - 1, column - 1),
  };
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
