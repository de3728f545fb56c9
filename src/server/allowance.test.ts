import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Allowances } from "./allowance.js";

/** Allowances of these numbers, by their keys. */
function allow(perSecond: number, burst: number) {
  const all = new Allowances();
  return {
    take: (key: string, count: number, least?: number) => all.of(key, perSecond, burst).take(count, least),
    get size() {
      return all.size;
    },
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("gives a burst at once, then so many per second, and says how long to wait", () => {
  const rate = allow(10, 3);
  expect([1, 1, 1].map((count) => rate.take("a", count))).toEqual([0, 0, 0]);
  expect(rate.take("a", 1)).toBe(100);
  expect(rate.take("a", 3)).toBe(300);
  vi.advanceTimersByTime(100);
  expect(rate.take("a", 1)).toBe(0);
  expect(rate.take("a", 1)).toBe(100);
});

it("takes nothing where it hasn't all", () => {
  const rate = allow(10, 3);
  rate.take("a", 2);
  expect(rate.take("a", 2)).toBe(100);
  expect(rate.take("a", 1)).toBe(0);
});

it("a full bucket gives more than it holds, and owes it", () => {
  const rate = allow(10, 3);
  expect(rate.take("a", 20)).toBe(0);
  // 17 to pay back, and one to be had.
  expect(rate.take("a", 1)).toBe(1800);
  vi.advanceTimersByTime(1800);
  expect(rate.take("a", 20)).toBe(200);
  expect(rate.take("a", 1)).toBe(0);
});

it("keeps keys apart, and forgets those that are full again", () => {
  const rate = allow(10, 3);
  for (let i = 0; i < 1000; i++) expect(rate.take(`key ${i}`, 3)).toBe(0);
  expect(rate.size).toBe(1000);
  vi.advanceTimersByTime(300);
  for (let i = 0; i < 600; i++) rate.take("busy", 1);
  expect(rate.size).toBe(1);
});

it("keeps no more than a bounded number, and lets the longest unused go first", () => {
  const rate = allow(0.001, 1);
  for (let i = 0; i < 100_050; i++) rate.take(`key ${i}`, 1);
  expect(rate.size).toBeLessThanOrEqual(100_000);
  expect(rate.take("key 100049", 1)).toBeGreaterThan(0);
  expect(rate.take("key 0", 1)).toBe(0);
});

it("a clock that was set back takes nothing away", () => {
  const rate = allow(10, 3);
  rate.take("a", 1);
  vi.setSystemTime(Date.now() - 60_000);
  expect(rate.take("a", 2)).toBe(0);
});

it("takes less than there must be, where that is asked", () => {
  const rate = allow(10, 3);
  expect(rate.take("a", 1, 3)).toBe(0);
  expect(rate.take("a", 1, 3)).toBe(100);
  expect(rate.take("a", 1, 2)).toBe(0);
});
