/** What goes wrong while nobody waits for it, told to whoever wants to know. */
import type { RealtimeError } from "../../src/errors.js";

export type Report = (error: RealtimeError) => void;

/** Of what lasts, so often is told, in milliseconds. */
const AGAIN = 60_000;

/** Kinds of trouble that are remembered. */
const MAX_KINDS = 100;

export class Reports {
  readonly #hearers = new Set<Report>();
  /** By kind of trouble. */
  readonly #toldAt = new Map<string, number>();

  /** Kinds of trouble that it remembers, for tests. */
  get kinds(): number {
    return this.#toldAt.size;
  }

  /** One more wants to know. */
  add(report: Report): void {
    this.#hearers.add(report);
  }

  /** Tells of trouble, unless it told of that kind within the last minute. */
  tell(kind: string, error: RealtimeError): void {
    const now = performance.now();
    const at = this.#toldAt.get(kind);
    if (at !== undefined && now - at < AGAIN) return;
    if (this.#toldAt.size >= MAX_KINDS) this.#toldAt.clear();
    this.#toldAt.set(kind, now);
    for (const report of this.#hearers) report(error);
  }
}
