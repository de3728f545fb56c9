/** Whether two values are as good as one. */

/** Whether they are the same, or two arrays or two plain objects of the same members. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  const kind = kindOf(a);
  if (!kind || kind !== kindOf(b)) return false;
  const [left, right] = [Object.entries(a as object), b as Readonly<Record<string, unknown>>];
  return (
    left.length === Object.keys(right).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && Object.is(value, right[key]))
  );
}

/** Of what has no other members than one sees: a Date or a Map is only the same as itself. */
function kindOf(value: unknown): unknown {
  const kind = typeof value === "object" && value && Object.getPrototypeOf(value);
  return kind === Object.prototype || kind === Array.prototype ? kind : undefined;
}
