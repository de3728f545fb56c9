/** Hearing by `postgres`, which has a connection for that and opens it again by itself. */
import type { PostgresJs } from "./clients.js";
import type { Ear, Hearing } from "./ear.js";
import { isLate, isOver } from "./failures.js";
import { within } from "./within.js";

/** How often it is read what may have come, in milliseconds, while the client has yet to open the line again. */
const POLL = 2_000;

/** A name that is listened to, or is to be. */
interface Entry {
  isHeard: boolean;
  /** Rejects where it couldn't be listened to at once. */
  readonly begun: Promise<void>;
  unlisten: (() => Promise<void>) | undefined;
}

export class PostgresJsEar implements Ear {
  readonly #sql: PostgresJs;
  readonly #hearing: Hearing;
  readonly #timeout: number;
  readonly #entries = new Map<string, Entry>();
  /** A name of its own, to hear whether the line is alive. */
  readonly #own = `halyard_${crypto.randomUUID().replaceAll("-", "_")}`;
  #pong: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(sql: PostgresJs, hearing: Hearing, timeout: number) {
    this.#sql = sql;
    this.#hearing = hearing;
    this.#timeout = timeout;
  }

  async add(name: string): Promise<void> {
    const known = this.#entries.get(name);
    const entry = known ?? this.#listen(name, this.#hearing.hear);
    if (entry.isHeard) return;
    // The client may take up to 20 seconds before it tries again: then, what comes is found by reading.
    if (!known) await within(entry.begun, this.#timeout / 4).catch(unlessLate);
    if (!entry.isHeard) this.#poll();
  }

  async check(needed: ReadonlySet<string>): Promise<void> {
    if (this.#entries.size === 0) return;
    for (const [name, entry] of this.#entries) {
      if (needed.has(name) || name === this.#own || !entry.unlisten) continue;
      this.#entries.delete(name);
      // The connection may be gone, and with it what it listened to.
      entry.unlisten().catch(() => {});
    }
    try {
      await this.#ping();
    } catch (error) {
      if (isOver(error)) this.#hearing.over(error);
      else {
        this.#hearing.failed(error);
        // Until it is heard again, what comes is found by reading.
        this.#hearing.missed();
      }
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    const all = Promise.allSettled(entries.map(({ unlisten }) => unlisten?.()));
    await within(all, this.#timeout).catch(() => {});
  }

  /** Until all is heard. */
  #poll(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#hearing.missed();
      if ([...this.#entries.values()].some(({ isHeard }) => !isHeard)) this.#poll();
    }, POLL);
  }

  async #ping(): Promise<void> {
    const entry = this.#entries.get(this.#own) ?? this.#listen(this.#own, () => this.#pong?.());
    await within(entry.begun, this.#timeout);
    const pong = new Promise<void>((resolve) => {
      this.#pong = resolve;
    });
    const query = this.#sql.unsafe(`NOTIFY "${this.#own}"`);
    await within(Promise.all([query.values(), pong]), this.#timeout);
  }

  #listen(name: string, hear: (payload: string) => void): Entry {
    let again = false;
    const listening = () => {
      entry.isHeard = true;
      // The first time there was nothing to miss.
      if (again) this.#hearing.missed();
      again = true;
    };
    const begun = Promise.resolve(this.#sql.listen(name, hear, listening)).then(({ unlisten }) => {
      entry.unlisten = unlisten;
      // Closed, or not needed any more, meanwhile.
      if (this.#entries.get(name) !== entry) return unlisten();
    });
    const entry: Entry = { isHeard: false, begun, unlisten: undefined };
    // Told to who waits. It stays registered: the client tries again whenever the line was lost.
    begun.catch(() => {});
    this.#entries.set(name, entry);
    return entry;
  }
}

/** What fails at once is told; what takes its time isn't waited for. */
function unlessLate(error: unknown): void {
  if (!isLate(error)) throw error;
}
