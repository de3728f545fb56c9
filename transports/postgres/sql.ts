/** Values as SQL text. Statements go by the simple protocol: one message, on any client, and behind any pooler. */

import { RealtimeError } from "../../src/errors.js";

/** A text as a literal, whatever `standard_conforming_strings` is. It must not hold U+0000. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** A call of a function: texts, and whole numbers. */
export const call = (name: string, args: readonly (string | number)[]): string =>
  `${name}(${args.map((arg) => (typeof arg === "string" ? literal(arg) : whole(arg))).join(", ")})`;

function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is no whole number.`);
  return String(value);
}

// Control characters stand between texts, a text can't hold U+0000, half a surrogate pair isn't UTF-8, and a decoder takes
// U+FEFF for a mark.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
const UNSAFE = /[\0-\x1f\\\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A name, topic or key as a text without control characters; what is escaped looks as in JSON. */
export const escapeText = (text: string): string =>
  text.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The text that was escaped. */
export const unescapeText = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** What can't be in any of the texts, so that it can stand between them. A line feed, save where a text was made by hand. */
export function separatorOf(texts: readonly string[]): string {
  for (const separator of ["\n", "\x1e"]) {
    if (!texts.some((text) => text.includes(separator))) return separator;
  }
  return `\x1e${crypto.randomUUID()}\x1e`;
}

/**
 * Texts as one, each led by the separator: a list of one empty text is not an empty list. Throws `UNSUPPORTED_VALUE` for
 * U+0000, which ends a statement; JSON has it only escaped.
 */
export function joined(texts: readonly string[], separator: string): string {
  const text = separator + texts.join(separator);
  if (!text.includes("\0")) return text;
  throw new RealtimeError("UNSUPPORTED_VALUE", "postgres: a payload holds U+0000, which is no JSON text.");
}

/** A number of 32 bits for a text (FNV-1a). Stored, and the same on every server: it must never change. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
