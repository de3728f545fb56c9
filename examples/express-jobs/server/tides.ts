/** The work itself: the tides of a year, by five constituents. Amplitudes are roughly true, phases aren't: not for navigation. */
import type { Order } from "../channels.js";

/** Degrees per hour of M2, S2, N2, K1 and O1. */
const SPEEDS = [28.9841042, 30, 28.4397295, 15.0410686, 13.9430356];

/** Metres of each, and the mean level above chart datum. */
const CONSTITUENTS: Readonly<Record<Order["harbour"], { mean: number; metres: readonly number[] }>> = {
  Brest: { mean: 4.1, metres: [2.05, 0.75, 0.42, 0.06, 0.07] },
  Cuxhaven: { mean: 2.1, metres: [1.34, 0.33, 0.22, 0.07, 0.1] },
  Dover: { mean: 3.7, metres: [2.24, 0.71, 0.4, 0.05, 0.06] },
  Kiel: { mean: 0.2, metres: [0.02, 0.01, 0.01, 0.01, 0.01] },
  Lisbon: { mean: 2.2, metres: [0.98, 0.35, 0.21, 0.07, 0.06] },
  "Saint-Malo": { mean: 6.8, metres: [3.71, 1.45, 0.72, 0.09, 0.08] },
};

export interface Water {
  readonly metres: number;
  readonly at: Date;
}

/** What a week, or a year of them, has. */
export interface Tides {
  /** How many high waters. */
  readonly tides: number;
  readonly highest: Water;
  readonly lowest: Water;
}

export const WEEKS = 52;
const HOUR = 3_600_000;
/** A height for every ten minutes. */
const STEP = HOUR / 6;

/** One week's tides, counted from 0. Throws where there are none to speak of. */
export function tidesOf({ harbour, year }: Pick<Order, "harbour" | "year">, week: number): Tides {
  const { mean, metres } = CONSTITUENTS[harbour];
  const [m2 = 0] = metres;
  if (m2 < 0.1) throw new RangeError(`${harbour} has next to no tide to put into a table.`);
  const epoch = Date.UTC(2000, 0, 1);
  const height = (time: number) =>
    metres.reduce((sum, amplitude, i) => {
      const angle = (SPEEDS[i] ?? 0) * ((time - epoch) / HOUR) * (Math.PI / 180);
      return sum + amplitude * Math.cos(angle);
    }, mean);

  const begin = Date.UTC(year, 0, 1) + week * 7 * 24 * HOUR;
  let highest: Water = { metres: Number.NEGATIVE_INFINITY, at: new Date(begin) };
  let lowest: Water = { metres: Number.POSITIVE_INFINITY, at: new Date(begin) };
  let tides = 0;
  for (let time = begin; time < begin + 7 * 24 * HOUR; time += STEP) {
    const now = height(time);
    if (now > height(time - STEP) && now >= height(time + STEP)) tides++;
    if (now > highest.metres) highest = { metres: now, at: new Date(time) };
    if (now < lowest.metres) lowest = { metres: now, at: new Date(time) };
  }
  return { tides, highest, lowest };
}

/** Both, as one. */
export const together = (a: Tides, b: Tides): Tides => ({
  tides: a.tides + b.tides,
  highest: b.highest.metres > a.highest.metres ? b.highest : a.highest,
  lowest: b.lowest.metres < a.lowest.metres ? b.lowest : a.lowest,
});
