/** Small pieces of printed TypeScript. */

/** Longer lines are broken. */
export const WIDTH = 110;

export const pad = (level: number): string => "  ".repeat(level);

/** A string literal. */
export const quote = (text: string): string => JSON.stringify(text);

/** A JSDoc comment, or nothing. */
export function docLines(doc: string | undefined, level = 0): readonly string[] {
  if (doc === undefined) return [];
  const lines = doc.replaceAll("*/", "*\\/").split("\n");
  const [only = ""] = lines;
  const single = `${pad(level)}/** ${only} */`;
  if (lines.length === 1 && single.length <= WIDTH) return [single];
  return [`${pad(level)}/**`, ...lines.map((line) => `${pad(level)} * ${line}`.trimEnd()), `${pad(level)} */`];
}
