/** What a page counted, as the test sees it: see `pages/tally.ts`. */
import type { CaseTab, Served } from "./page.js";

/** What came by one way, which are numbers in order, each once. */
export interface Tally {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly wrong: readonly string[];
}

interface Counted {
  readonly counts: Readonly<Record<string, number>>;
  readonly tallies: Readonly<Record<string, Tally>>;
}

export const counted = ({ page }: CaseTab): Promise<Counted> =>
  page.evaluate(() => {
    // The page puts them there.
    const { counts, tallies } = window as unknown as Counted;
    return { counts, tallies };
  });

/** Everything from the first to the last, once, in order. */
export const whole = (last: number): Tally => ({ first: 1, last, count: last, wrong: [] });

/** Resolves when the page has counted the message with this number, by each of these ways. */
export async function untilCounted(tab: CaseTab, last: number, ways: readonly string[]): Promise<void> {
  const has = ([last, ways]: readonly [number, readonly string[]]) => {
    const { tallies } = window as unknown as Counted;
    return ways.every((way) => tallies[way]?.last === last);
  };
  try {
    await tab.page.waitForFunction(has, [last, ways] as const, { timeout: 60_000 });
  } catch (cause) {
    throw new Error(`It never counted ${last}: ${JSON.stringify(await counted(tab))}`, { cause });
  }
}

/** Publishes for so many seconds, at a thousand a second: what a busy machine is late with, it catches up on. */
export async function flood({ publishTogether }: Served, seconds: number): Promise<number> {
  const begin = performance.now();
  let last = 0;
  while (last < seconds * 1_000) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const due = Math.min(seconds * 1_000, Math.floor(performance.now() - begin));
    if (due > last) last = await publishTogether(due - last);
  }
  return last;
}
