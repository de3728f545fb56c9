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

/** On one line where it fits, else on two. */
export function statement(start: string, end: string, level = 0): readonly string[] {
  const line = `${start} ${end}`;
  return line.length <= WIDTH ? [line] : [start, `${pad(level + 1)}${end}`];
}

/** What stands between brackets: on one line where it fits, else each on its own. Type arguments take no last comma. */
export function list(
  start: string,
  items: readonly string[],
  end: string,
  level = 0,
  lastComma = ",",
): readonly string[] {
  const line = `${pad(level)}${start}${items.join(", ")}${end}`;
  if (line.length <= WIDTH) return [line];
  const lines = items.map((item, i) => `${pad(level + 1)}${item}${i < items.length - 1 ? "," : lastComma}`);
  return [pad(level) + start, ...lines, pad(level) + end];
}

/** What ends with a union: on one line where it fits. */
export function union(start: string, members: readonly string[], level = 0): readonly string[] {
  const line = `${pad(level)}${start} ${members.join(" | ")};`;
  if (line.length <= WIDTH) return [line];
  const lines = members.map((member) => `${pad(level + 1)}| ${member}`);
  return [`${pad(level)}${start}`, ...lines.slice(0, -1), `${lines.at(-1)};`];
}
