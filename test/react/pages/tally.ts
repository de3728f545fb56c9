/** What a page counted: so that it stays small, however many come. */

/** Counts by name. */
const counts: Record<string, number> = {};
export function count(name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/**
 * What came by one way, which are numbers in order, each once: it keeps count of those that aren't. So it stays small, however
 * many come.
 */
export class Tally {
  first: number | undefined;
  last: number | undefined;
  count = 0;
  wrong: string[] = [];

  add(value: number): void {
    this.first ??= value;
    if (this.last !== undefined && value !== this.last + 1 && this.wrong.length < 10) {
      this.wrong.push(`${value} after ${this.last}`);
    }
    this.last = value;
    this.count++;
  }
}

const tallies: Record<string, Tally> = {};
export function tally(name: string, values: readonly { readonly data: number }[]): void {
  tallies[name] ??= new Tally();
  for (const { data } of values) tallies[name].add(data);
}
Object.assign(window, { counts, tallies });
