/** What a validator says whenever it is asked: a default such as `new Date()` would differ in each run. */

/** Far enough for another year. */
const LATER = 400 * 24 * 60 * 60 * 1000;

/** What `give` gives now and would give at another time: without the defaults that differ. */
export function lasting(give: () => unknown): unknown {
  const now = give();
  const later = atAnotherTime(give);
  return without(now, later, false);
}

/** Runs with the clock of this thread put forward. */
function atAnotherTime<T>(run: () => T): T {
  const real = globalThis.Date;
  const now = () => real.now() + LATER;
  const construct = (target: DateConstructor, args: unknown[]): Date =>
    Reflect.construct(target, args.length === 0 ? [now()] : args);
  globalThis.Date = new Proxy(real, {
    construct,
    apply: (target) => construct(target, []).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
  try {
    return run();
  } finally {
    globalThis.Date = real;
  }
}

/** Members whose keys are the user's. */
const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions"]);

function without(now: unknown, later: unknown, isMap: boolean): unknown {
  if (typeof now !== "object" || now === null || typeof later !== "object" || later === null) return now;
  const other = new Map<string, unknown>(Object.entries(later));
  if (Array.isArray(now)) return now.map((element, i) => without(element, other.get(String(i)), false));
  const kept = Object.entries(now).filter(
    ([key, value]) => isMap || key !== "default" || JSON.stringify(value) === JSON.stringify(other.get(key)),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, without(value, other.get(key), !isMap && MAPS.has(key))]),
  );
}
