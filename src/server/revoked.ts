/** Which tokens were revoked, as far as this process knows. */
import { toMilliseconds } from "../duration.js";
import { RealtimeError } from "../errors.js";
import { type Claims, MAX_LIFE } from "./tokens.js";

/** One revocation, as it travels. Times in milliseconds since the Unix epoch. */
export type Revocation =
  | { readonly jti: string; readonly until: number }
  /** All that the subject was given up to `before`. */
  | { readonly subject: string; readonly before: number; readonly until: number };

/** By how much servers' clocks may differ, in milliseconds. */
const SKEW = 300_000;
const LONGEST = toMilliseconds(MAX_LIFE, "the longest life") + SKEW;
/** Of a subject or a token's id. */
const MAX_LENGTH = 255;
const SWEEP_EVERY = 60_000;

/** When no token can be alive any more that was issued by now. */
export const forgetAt = (): number => Date.now() + LONGEST;

/** What is remembered: each entry until no token can be alive that it concerns, so a day at most. */
export class Revoked {
  readonly #tokens = new Map<string, number>();
  readonly #subjects = new Map<string, { before: number; until: number }>();
  #sweepAt = 0;

  /** Entries. */
  get size(): number {
    return this.#tokens.size + this.#subjects.size;
  }

  add(revocation: Revocation): void {
    const now = Date.now();
    if (now >= this.#sweepAt) this.#sweep(now);
    const until = Math.min(revocation.until, now + LONGEST);
    if (until <= now) return;
    if ("jti" in revocation) {
      this.#tokens.set(revocation.jti, Math.max(until, this.#tokens.get(revocation.jti) ?? 0));
      return;
    }
    const known = this.#subjects.get(revocation.subject);
    const before = Math.max(revocation.before, known?.before ?? 0);
    this.#subjects.set(revocation.subject, { before, until: Math.max(until, known?.until ?? 0) });
  }

  has({ id, subject, issuedAt }: Pick<Claims, "id" | "subject" | "issuedAt">): boolean {
    if (this.#tokens.size > 0 && this.#tokens.has(id)) return true;
    return subject !== undefined && this.#subjects.size > 0 && issuedAt <= this.revokedAt(subject);
  }

  /** Up to when a subject's tokens are revoked; 0 where none were. */
  revokedAt(subject: string): number {
    return this.#subjects.get(subject)?.before ?? 0;
  }

  #sweep(now: number): void {
    this.#sweepAt = now + SWEEP_EVERY;
    for (const [id, until] of this.#tokens) if (until <= now) this.#tokens.delete(id);
    for (const [subject, { until }] of this.#subjects) if (until <= now) this.#subjects.delete(subject);
  }
}

/** Reads what came over the transport. Throws `INVALID_PAYLOAD`. */
export function readRevocation(data: unknown): Revocation {
  const { jti, subject, before, until } = (data ?? {}) as Record<string, unknown>;
  if (typeof until === "number") {
    if (isName(jti)) return { jti, until };
    if (isName(subject) && typeof before === "number") return { subject, before, until };
  }
  throw new RealtimeError("INVALID_PAYLOAD", "A stored revocation can't be read.");
}

/** Whether it can be a token's id or a subject. */
export const isName = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && value.length <= MAX_LENGTH;

export const revokedError = (): RealtimeError =>
  new RealtimeError("TOKEN_REVOKED", "The token was revoked. Get a fresh one.");
