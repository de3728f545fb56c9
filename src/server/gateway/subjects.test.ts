import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gatewayLimits } from "./limits.js";
import { Subjects } from "./subjects.js";

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const limits = gatewayLimits({ maxSubscribesPerSecond: 10, maxSubscriptions: 10 });

it("keeps a subject's allowance until it is whole again, and none for tokens without one", () => {
  const subjects = new Subjects();
  for (let i = 0; i < 50; i++) subjects.mayAsk(`u${i}`, true, limits);
  for (let i = 0; i < 50; i++) expect(subjects.mayAsk(undefined, true, limits)).toBe(true);
  expect(subjects.asking).toBe(50);
  vi.advanceTimersByTime(50);
  subjects.mayAsk("v", true, limits);
  expect(subjects.asking).toBe(51);
  vi.advanceTimersByTime(100);
  for (let i = 0; i < 50; i++) subjects.mayAsk("v", false, limits);
  expect(subjects.asking).toBe(1);
});

it("keeps a bounded number of them, and those that were used last", () => {
  const subjects = new Subjects();
  const exhaust = (subject: string) => {
    while (subjects.mayAsk(subject, false, limits));
  };
  exhaust("first");
  exhaust("busy");
  for (let i = 0; i < 99_990; i++) subjects.mayAsk(`u${i}`, true, limits);
  subjects.mayAsk("busy", false, limits);
  for (let i = 0; i < 100; i++) subjects.mayAsk(`v${i}`, true, limits);
  expect(subjects.asking).toBeLessThanOrEqual(100_000);
  expect(subjects.mayAsk("busy", false, limits)).toBe(false);
  expect(subjects.mayAsk("first", false, limits)).toBe(true);
});
