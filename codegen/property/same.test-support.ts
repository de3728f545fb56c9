/** Whether two payloads are the same: to the last -0, and to whether a member is there at all. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
  if (a instanceof Date || a instanceof URL) return a.valueOf() === b.valueOf() || String(a) === String(b);
  if ((a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set))
    return sameValue([...a], [...b]);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(Reflect.get(a, key), Reflect.get(b, key)))
  );
}
