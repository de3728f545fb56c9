/** What a {@link Chain} needs of its items. */
export interface Link<T> {
  older: T | undefined;
  newer: T | undefined;
}

/**
 * A linked list of items in the order of their age. Unlike a queue it lets go of an item in its middle at once, so that
 * one quiet channel whose message is the oldest of all doesn't hold everything behind it.
 */
export class Chain<T extends Link<T>> {
  #oldest: T | undefined;
  #newest: T | undefined;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  append(item: T): void {
    item.older = this.#newest;
    if (this.#newest) this.#newest.newer = item;
    else this.#oldest = item;
    this.#newest = item;
  }

  remove(item: T): void {
    if (item.older) item.older.newer = item.newer;
    else this.#oldest = item.newer;
    if (item.newer) item.newer.older = item.older;
    else this.#newest = item.older;
    // Else what has been removed would keep what it stood beside from being collected, as long as it is held itself.
    item.older = undefined;
    item.newer = undefined;
  }
}
