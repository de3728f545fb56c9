/**
 * Who of a socket's subscriptions reads the history: one at a time, a page each, and none while the socket has had enough.
 * So what is on its way to a socket goes beyond its limit by one page, however many subscriptions resume at once.
 */
import { afterTurn } from "../after-turn.js";

/** Who waits for a turn. */
export interface Reader {
  /** Reads a page. Resolves when that was handed on, and never rejects. */
  read(): Promise<void>;
}

/** What the turns are at. */
interface Line {
  readonly isCongested: boolean;
}

/** Pages in a row after which others get to run: a history in memory answers without ever leaving the event loop's turn. */
const PAGES_IN_A_ROW = 8;

export class Turns {
  readonly #waiting = new Set<Reader>();
  /** None once it is closed: a page that never comes holds nothing. */
  #line: Line | undefined;
  #isTaken = false;
  #pages = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Queues it, behind those who wait. It is once in the queue, however often it asks. */
  ask(reader: Reader): void {
    this.#waiting.add(reader);
    this.#next();
  }

  /** It doesn't want it any more. A page that is being read keeps the turn: who comes and goes reads no more at once. */
  leave(reader: Reader): void {
    this.#waiting.delete(reader);
  }

  close(): void {
    this.#waiting.clear();
    this.#line = undefined;
  }

  #next(): void {
    if (this.#isTaken || !this.#line || this.#line.isCongested) return;
    const [reader] = this.#waiting;
    if (!reader) return;
    this.#waiting.delete(reader);
    this.#isTaken = true;
    reader.read().finally(() => {
      if (++this.#pages % PAGES_IN_A_ROW > 0) this.#pass();
      else afterTurn(() => this.#pass());
    });
  }

  #pass(): void {
    this.#isTaken = false;
    this.#next();
  }
}
