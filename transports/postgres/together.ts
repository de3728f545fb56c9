/**
 * Publishing many channels with one commit. Transactions that notify commit one at a time, each waiting for the disk: what is
 * asked for while others are under way goes together in one statement.
 */
import { Queue } from "../../src/queue.js";
import type { Published } from "../../src/transport.js";
import { textsOf } from "./answers.js";
import type { Batch } from "./batch.js";
import type { Run } from "./database.js";
import { codeOf, isAnswer, noAnswer } from "./failures.js";

/** Statements under way. What comes while there are fewer needn't wait. */
const AT_ONCE = 4;

/** Of one statement. PostgreSQL allows 1,664 columns. */
const MAX_COLUMNS = 256;
const MAX_LENGTH = 1_048_576;

/** Milliseconds for which a statement waits for a channel, which somebody may hold for long, while others wait for it. */
const SHORT_WAIT = 100;

/** SQLSTATE of a channel that was waited for long enough. */
const HELD = "55P03";

interface Entry {
  readonly batch: Batch;
  readonly due: number;
  readonly resolve: (results: Published[]) => void;
  readonly reject: (error: unknown) => void;
}

const byChannel = ({ batch: a }: Entry, { batch: b }: Entry) =>
  a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : 0;

export class Together {
  readonly #run: Run;
  readonly #timeout: number;
  /** Who publishes bounds it: core, by the messages that may wait. */
  readonly #waiting = new Queue<Entry>();
  #underWay = 0;
  #isDue = false;

  constructor(run: Run, timeout: number) {
    this.#run = run;
    this.#timeout = timeout;
  }

  /** Rejects with what the client says, within twice the timeout. */
  store(batch: Batch): Promise<Published[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, due: performance.now() + this.#timeout, resolve, reject });
      if (this.#isDue) return;
      this.#isDue = true;
      // After what this tick publishes to other channels.
      queueMicrotask(() => {
        this.#isDue = false;
        this.#send();
      });
    });
  }

  #send(): void {
    while (this.#underWay < AT_ONCE && this.#waiting.length > 0) {
      const entries = this.#take();
      if (entries.length === 0) continue;
      this.#underWay++;
      // Never rejects: each entry is told.
      void this.#store(entries).finally(() => {
        this.#underWay--;
        this.#send();
      });
    }
  }

  #take(): Entry[] {
    const entries: Entry[] = [];
    let columns = 0;
    let length = 0;
    const now = performance.now();
    for (let entry = this.#waiting.peek(); entry; entry = this.#waiting.peek()) {
      columns += entry.batch.columns;
      length += entry.batch.length;
      if (entries.length > 0 && (columns > MAX_COLUMNS || length > MAX_LENGTH)) break;
      this.#waiting.shift();
      if (entry.due < now) entry.reject(noAnswer(this.#timeout));
      else entries.push(entry);
    }
    return entries;
  }

  async #store(entries: readonly Entry[]): Promise<void> {
    const error = await this.#attempt(entries, Math.min(SHORT_WAIT, this.#longWait));
    if (error === undefined) return;
    // Nothing of it was stored. One of them is to blame, and the others shall not suffer.
    const isAgain = codeOf(error) === HELD || (entries.length > 1 && isAnswer(error));
    for (const entry of entries) {
      // Not counted as under way: who waits for a channel that is held must not hold up the others.
      if (isAgain) void this.#storeAlone(entry);
      else entry.reject(error);
    }
  }

  /** Never rejects: the entry is told. */
  async #storeAlone(entry: Entry): Promise<void> {
    if (entry.due < performance.now()) return entry.reject(noAnswer(this.#timeout));
    const error = await this.#attempt([entry], this.#longWait);
    if (error !== undefined) entry.reject(error);
  }

  /** Less than what a client waits for, so that it is the server that gives up, and nothing is stored later. */
  get #longWait(): number {
    return Math.ceil(this.#timeout * 0.8);
  }

  /** Stores all of them, or none; gives the error then. */
  async #attempt(entries: readonly Entry[], wait: number): Promise<unknown> {
    // Everybody takes channels in one order, so that no two wait for each other.
    const sorted = [...entries].sort(byChannel);
    const calls = sorted.map(({ batch }) => batch.calls(wait));
    // To commit, it waits for others that notify, however busy these are.
    if (wait < this.#longWait) calls.push(`set_config('lock_timeout', '${this.#longWait}', true)`);
    try {
      const [row] = await this.#run(`SELECT ${calls.join(", ")}`);
      const answers = textsOf(row);
      let at = 0;
      for (const { batch, resolve } of sorted) {
        resolve(batch.results(answers.slice(at, at + batch.columns)));
        at += batch.columns;
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
