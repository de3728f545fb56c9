/** What a source's text says at a glance: what it imports, and whether it could hold channels. */
import type { Scan } from "../cache/snapshot.js";
import { isGenerated } from "../header.js";

const GAP = String.raw`(?:\s|/\*[\s\S]*?\*/|//[^\n]*)*`;
const TEXT = String.raw`(["'\x60])((?:(?!\1)[^\\\n])+)\1`;
/** Wherever a specifier may stand: in a comment or in a text, too. To follow one too many costs only time. */
const SPECIFIER = new RegExp(
  String.raw`(?<![.\w$])(?:from${GAP}|import${GAP}\(?${GAP}|require${GAP}\(${GAP}|module\s+)${TEXT}`,
  "g",
);
const EFFECT = /(?<![.\w$])import\s*["']([^"'\n]+)["']/g;
const REFERENCE = /^\s*\/\/\/\s*<reference\s+(path|types)\s*=\s*["']([^"'\n]+)["']/gm;
/** Declares what is known everywhere, or brings a library of the language. */
const AMBIENT = /(?<![.\w$])declare\s+(?:global|module)\b|^\s*\/\/\/\s*<reference\s+lib\b/m;
const MODULE = /^\s*(?:import|export)\b/m;
/** An export that may be one of a value other than a function or a class. */
const VALUE =
  /\bexport\b(?!\s+(?:type|interface|enum|function|class)\b|\s+async\s+function\b|\s+abstract\s+class\b)/;
/** What the types of channels are recognized by, or the package; even where what imports it can't be parsed. */
const ORIGIN = /["'\x60](?:~channel|halyard(?:\/[^"'\x60\n]*)?)["'\x60]/;

const nothing: Scan = {
  imports: [],
  effects: [],
  references: [],
  values: false,
  ambient: false,
  origin: false,
  generated: false,
};

const unique = (texts: readonly string[]) => [...new Set(texts)];

/** Scans a source. */
export function scan(file: string, text: string): Scan {
  if (file.endsWith(".json")) return nothing;
  if (isGenerated(text)) return { ...nothing, generated: true };
  const references = [...text.matchAll(REFERENCE)];
  const ofKind = (kind: string) =>
    references.flatMap(([, found, name]) => (found === kind && name !== undefined ? [name] : []));
  const effects = [...text.matchAll(EFFECT)].flatMap(([, name]) => name ?? []);
  return {
    imports: unique([...text.matchAll(SPECIFIER)].flatMap(([, , name]) => name ?? [])),
    effects: unique([...effects, ...ofKind("types")]),
    references: unique(ofKind("path")),
    values: VALUE.test(text),
    ambient: AMBIENT.test(text) || !MODULE.test(text),
    origin: ORIGIN.test(text),
    generated: false,
  };
}
