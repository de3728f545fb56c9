/** The texts that `init` writes, and what it adds to those that are there. */
import { failure } from "../errors.js";

/** An output that can be chosen. */
export interface Choice {
  /** The emitter's name in `halyard/codegen`. */
  readonly call: string;
  /** What it writes by default, relative to the config. */
  readonly out: string;
  readonly what: string;
  /** Whether it is there for reviews to show, which fold up what is marked as generated. */
  readonly isReviewed?: boolean;
}

/** The built-in emitters, with the one that most want first. */
export const choices: readonly Choice[] = [
  {
    call: "typescript",
    out: "src/halyard.gen.ts",
    what: "typed bindings for clients that can't import your channels",
  },
  {
    call: "contract",
    out: "channels.contract.json",
    what: "names, params and types in a small JSON file, for reviews",
    isReviewed: true,
  },
  {
    call: "jsonSchema",
    out: "schemas/",
    what: "JSON Schemas of all payloads, for other languages",
  },
];

/** The config's text. */
export function configSource(outputs: readonly Choice[], project: string | undefined): string {
  const names = ["defineConfig", ...outputs.map(({ call }) => call)].sort();
  const calls = outputs.map(({ call }) => `${call}()`).join(", ");
  const lines = project === undefined ? [] : [`  project: ${JSON.stringify(project)},`];
  return [
    `import { ${names.join(", ")} } from "halyard/codegen";`,
    "",
    "export default defineConfig({",
    ...lines,
    `  outputs: [${calls}],`,
    "});",
    "",
  ].join("\n");
}

const pattern = (out: string) => `/${out}`;

/** A line of `.gitattributes`: a review folds it up. */
export const gitAttributes = (out: string): string =>
  `${pattern(out)}${out.endsWith("/") ? "**" : ""} linguist-generated`;

/** A line of `.gitignore`. */
export const gitIgnore = pattern;

/** The text with these lines at its end, unless they are there; its line ends stay. */
export function addLines(text: string, lines: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const present = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const added = lines.filter((line) => !present.has(line));
  if (added.length === 0) return text;
  const gap = text === "" || text.endsWith("\n") ? "" : end;
  return text + gap + added.map((line) => line + end).join("");
}

const scripts: Readonly<Record<string, string>> = {
  channels: "halyard generate",
  "channels:check": "halyard check",
};

/** A package.json with the scripts, indented as it was. One that is there stays. Throws `CODEGEN_OPTIONS` where it isn't JSON. */
export function addScripts(text: string): string {
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(text);
  } catch (cause) {
    throw failure(
      "CODEGEN_OPTIONS",
      "package.json isn't JSON: no scripts can be added to it.",
      undefined,
      cause,
    );
  }
  const present: object = Object(manifest.scripts);
  const added = Object.entries(scripts).filter(([name]) => !Object.hasOwn(present, name));
  if (added.length === 0) return text;
  manifest.scripts = { ...present, ...Object.fromEntries(added) };
  const [, indent = "  "] = /^[ \t]*\{\r?\n([ \t]+)"/.exec(text) ?? [];
  const written = JSON.stringify(manifest, null, indent) + (text.endsWith("\n") ? "\n" : "");
  return text.includes("\r\n") ? written.replaceAll("\n", "\r\n") : written;
}
