/** A first-in, first-out queue: O(1) at both ends (amortized), and what has left it is released. */
export class Queue<T> implements Iterable<T> {
  // What was shifted is blanked at once; its slots are cut off when they are half of the array.
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Adds to the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes from the front; `undefined` where the queue is empty. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The front, left in place. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** The item so many places behind the front, from 0; `undefined` where there is none. */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  /** From front to end. What is pushed meanwhile is visited as well; don't shift meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.#head; i < this.#items.length; i++) {
      // Every slot from the head on is filled.
      yield this.#items[i] as T;
    }
  }
}
