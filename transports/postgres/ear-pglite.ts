/** Hearing by PGlite, which is never out of earshot until it is closed. */
import type { PGliteClient } from "./clients.js";
import type { Ear, Hearing } from "./ear.js";
import { within } from "./within.js";

export class PGliteEar implements Ear {
  readonly #db: PGliteClient;
  readonly #hearing: Hearing;
  readonly #timeout: number;
  /** By name, what ends it. */
  readonly #names = new Map<string, Promise<unknown>>();

  constructor(db: PGliteClient, hearing: Hearing, timeout: number) {
    this.#db = db;
    this.#hearing = hearing;
    this.#timeout = timeout;
  }

  async add(name: string): Promise<void> {
    let listening = this.#names.get(name);
    if (!listening) {
      listening = this.#db.listen(name, (payload) => this.#hearing.hear(payload));
      this.#names.set(name, listening);
      listening.catch(() => this.#names.delete(name));
    }
    await within(listening, this.#timeout);
  }

  async check(needed: ReadonlySet<string>): Promise<void> {
    if (this.#db.closed) return this.#hearing.over(new Error("PGlite is closed"));
    await this.#leave([...this.#names.keys()].filter((name) => !needed.has(name)));
  }

  async close(): Promise<void> {
    if (!this.#db.closed) await this.#leave([...this.#names.keys()]);
  }

  async #leave(names: readonly string[]): Promise<void> {
    const ends = names.map((name) => this.#names.get(name));
    for (const name of names) this.#names.delete(name);
    const unlistening = ends.map(async (listening) => {
      const end = await listening;
      if (typeof end === "function") await end();
    });
    // It may be closed, or busy with a transaction: what is heard in vain does no harm.
    await within(Promise.allSettled(unlistening), this.#timeout).catch(() => {});
  }
}
