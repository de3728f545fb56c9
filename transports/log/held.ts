/** What is held back while a log is read, up to a bound: beyond that, it is read as well. */
import type { Delivery } from "../../src/frame.js";

/** Messages, and characters of their payloads: a message may have a megabyte. */
const MOST_MESSAGES = 10_000;
const MOST_CHARACTERS = 8 * 1_048_576;

export class Held<T> {
  #all: T[] = [];
  #messages = 0;
  #characters = 0;

  /** Keeps something that has these messages. Once there is too much, nothing is kept, and this gives false. */
  add(one: T, deliveries: readonly Delivery[]): boolean {
    this.#messages += deliveries.length;
    for (const { frame } of deliveries) this.#characters += frame.payload.length;
    const fits = this.#messages <= MOST_MESSAGES && this.#characters <= MOST_CHARACTERS;
    if (fits) this.#all.push(one);
    else this.#all = [];
    return fits;
  }

  /** Everything that was kept, which is then forgotten. */
  take(): readonly T[] {
    const all = this.#all;
    this.#all = [];
    this.#messages = this.#characters = 0;
    return all;
  }
}
