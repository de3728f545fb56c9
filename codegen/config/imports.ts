/** What a config file imports of the project itself: who watches it watches these, too. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** The config and the files that it imports, in absolute paths, whether they can be loaded or not. */
export interface ConfigInputs {
  readonly files: readonly string[];
  /** What an import may mean and isn't there. */
  readonly missing: readonly string[];
  /** The files' texts, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Follows relative imports by their text: one that isn't really one costs nothing, and a config that is broken, or doesn't
 * find something, has its inputs all the same.
 */
export function configInputs(config: string): ConfigInputs {
  const texts = new Map<string, string>();
  const missing = new Set<string>();
  const queue = [config];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (texts.has(file)) continue;
    const text = read(file);
    if (text === undefined) {
      missing.add(file);
      continue;
    }
    texts.set(file, text);
    if (file.endsWith(".json")) continue;
    for (const [, specifier = ""] of text.matchAll(RELATIVE)) {
      const candidates = candidatesOf(path.resolve(path.dirname(file), specifier));
      const found = candidates.find(isFile);
      if (found === undefined) for (const candidate of candidates) missing.add(candidate);
      else queue.push(found);
    }
  }
  return { files: [...texts.keys()], missing: [...missing], texts };
}

const RELATIVE = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Whoever loads it says what is wrong.
    return undefined;
  }
}

const isFile = (file: string) => existsSync(file) && statSync(file).isFile();

/** As Node and jiti look for it: TypeScript may be imported by the name that it will have. */
function candidatesOf(file: string): readonly string[] {
  const source = file.replace(/\.([cm]?)js$/, ".$1ts");
  const extensions = [".ts", ".mts", ".js", ".mjs", ".json"];
  return [
    file,
    ...(source === file ? [] : [source]),
    ...extensions.map((extension) => file + extension),
    ...extensions.map((extension) => path.join(file, `index${extension}`)),
  ];
}
