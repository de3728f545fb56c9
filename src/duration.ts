/** Durations: milliseconds, or a number with a unit. */
import { RealtimeError } from "./errors.js";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds, or a number with a unit: `"500ms"`, `"30s"`, `"10m"`, `"2h"`, `"1d"`, `"1.5h"`. */
export type Duration = number | `${number}${keyof typeof UNITS}`;

/**
 * A duration in milliseconds. `what` names the option in the error.
 * Throws `INVALID_OPTIONS` for anything but a finite number, 0 or more.
 *
 * @example
 * ```ts
 * toMilliseconds("10m", "age"); // 600_000
 * ```
 */
export function toMilliseconds(value: Duration, what: string): number {
  const milliseconds = typeof value === "string" ? parseDuration(value) : value;
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  const given = typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new RealtimeError(
    "INVALID_OPTIONS",
    `${what} is ${given}: give milliseconds, 0 or more, or a number with a unit (ms, s, m, h, d), such as "10m".`,
  );
}

function parseDuration(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : Number.NaN;
}
