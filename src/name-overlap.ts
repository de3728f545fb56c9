/** Whether two patterns can give names of one type: `chat:{room}` and `chat:{room}:{user}` both give `chat:${string}`. */
/** One place of a pattern: a character, or `undefined` for a param's value (any text of one character or more). */
export type Place = string | undefined;

/** A pattern, place by place. A literal name is one without params: its braces are text. */
export function placesOf({
  pattern,
  params,
}: {
  readonly pattern: string;
  readonly params?: readonly string[];
}): readonly Place[] {
  const [head = "", ...rest] = params ? pattern.split(/\{\w+\}/) : [pattern];
  return [...head, ...rest.flatMap((text) => [undefined, ...text])];
}

/**
 * Whether some text fits both, where a param takes any text at all. By the encoding of values fewer names can collide;
 * but the type of a name says no more than this, and a name must tell its channel in the types too.
 */
export function namesOverlap(left: readonly Place[], right: readonly Place[]): boolean {
  // Walks both at once, a character at a time; a pair of places that was tried need not be tried again.
  const tried = new Set<number>();
  const todo: [number, number][] = [[0, 0]];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const [i, j] = next;
    if (i === left.length && j === right.length) return true;
    const key = i * (right.length + 1) + j;
    if (tried.has(key) || i === left.length || j === right.length) continue;
    tried.add(key);
    const x = left[i];
    const y = right[j];
    if (x !== undefined && y !== undefined && x !== y) continue;
    todo.push([i + 1, j + 1]);
    // A value may go on, and take the other side's next character too.
    if (x === undefined) todo.push([i, j + 1]);
    if (y === undefined) todo.push([i + 1, j]);
  }
  return false;
}
