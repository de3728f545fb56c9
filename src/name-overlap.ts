/** Whether two patterns can give one name: the intersection of two small regular languages. */
import type { Pattern } from "./name.js";

/** One place of a pattern: a character, or a param's value (one character or more). */
export type Place = string | RegExp;

/** A pattern, place by place. A literal name is one without params: its `safe` is empty, and its braces are text. */
export function placesOf({ pattern, safe }: Pick<Pattern, "pattern" | "safe">): readonly Place[] {
  const [head = "", ...rest] = safe ? pattern.split(/\{\w+\}/) : [pattern];
  return [...head, ...rest.flatMap((text) => [new RegExp(`[${safe}]`), ...text])];
}

/** Whether some name belongs to both. */
export function namesOverlap(left: readonly Place[], right: readonly Place[]): boolean {
  // Walks both at once, a character at a time; a pair of places that was tried need not be tried again.
  const tried = new Set<number>();
  const todo: [number, number][] = [[0, 0]];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [i, j] = next;
    if (i === left.length && j === right.length) return true;
    const key = i * (right.length + 1) + j;
    const x = left[i];
    const y = right[j];
    if (tried.has(key) || x === undefined || y === undefined || !meet(x, y)) continue;
    tried.add(key);
    todo.push([i + 1, j + 1]);
    // A value may go on, and take the other side's next character too.
    if (x instanceof RegExp) todo.push([i, j + 1]);
    if (y instanceof RegExp) todo.push([i + 1, j]);
  }
  return false;
}

function meet(a: Place, b: Place): boolean {
  // Any two values share a letter.
  if (typeof a !== "string" && typeof b !== "string") return true;
  if (typeof a === "string") return typeof b === "string" ? a === b : b.test(a);
  return typeof b === "string" && a.test(b);
}
