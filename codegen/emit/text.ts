/** Small pieces of printed TypeScript. */

import { isIdentifier } from "../identifier.js";

/** Longer lines are broken. */
export const WIDTH = 110;

export const pad = (level: number): string => "  ".repeat(level);

// Some editors take these for ends of lines.
const escapeEnds = (text: string) =>
  text.replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

/** A string literal. */
export const quote = (text: string): string => escapeEnds(JSON.stringify(text));

/** Text inside a template literal. */
export const templateText = (text: string): string => escapeEnds(text.replace(/[\\`]|\$(?=\{)/g, "\\$&"));

/** A property's name, in quotes where it needs them. */
export const propertyKey = (name: string): string => (isIdentifier(name) ? name : quote(name));

/** A JSDoc comment, or nothing. */
export function docLines(doc: string | undefined, level = 0): readonly string[] {
  if (doc === undefined) return [];
  const lines = doc.replaceAll("*/", "*\\/").split("\n");
  const [only = ""] = lines;
  const single = `${pad(level)}/** ${only} */`;
  if (lines.length === 1 && single.length <= WIDTH) return [single];
  return [
    `${pad(level)}/**`,
    ...lines.map((line) => `${pad(level)} * ${line}`.trimEnd()),
    `${pad(level)} */`,
  ];
}
