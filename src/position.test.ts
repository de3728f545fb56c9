import { describe, expect, it } from "vitest";
import { formatPosition, isNotAfter, parsePosition } from "./position.js";

const max = Number.MAX_SAFE_INTEGER;

describe("parsePosition", () => {
  it.each([
    ["a", 0],
    ["k3v9", 41],
    ["A-z_0", max],
    ["x".repeat(64), 1],
  ])("takes apart what formatPosition made of %j, %d", (epoch, offset) => {
    expect(parsePosition(formatPosition(epoch, offset))).toEqual({ epoch, offset });
  });

  it.each([
    "",
    ".",
    "a",
    "a.",
    ".1",
    "a.b",
    "a.1.2",
    "a.01",
    "a.-1",
    "a.+1",
    "a.1e3",
    "a.1 ",
    " a.1",
    "a.1\n",
    "a b.1",
    "é.1",
    `${"x".repeat(65)}.1`,
    `a.${max + 1}`,
    "a.99999999999999999",
    "a.١",
    crypto.randomUUID(),
  ])("refuses %j", (text) => {
    expect(parsePosition(text)).toBeUndefined();
  });

  it("refuses what is no text", () => {
    for (const value of [undefined, null, 5, {}, ["a.1", "b.2"]]) {
      expect(parsePosition(value as unknown as string)).toBeUndefined();
    }
  });
});

describe("isNotAfter", () => {
  it.each<[string, string | undefined, boolean]>([
    ["a.1", "a.1", true],
    ["a.1", "a.2", true],
    ["a.9", "a.10", true],
    ["a.2", "a.1", false],
    ["a.10", "a.9", false],
    ["a.1", "b.2", false],
    ["a.1", "A.2", false],
    ["aa.1", "a.2", false],
    ["a.1", undefined, false],
    ["random", "random", true],
    ["random", "a.1", false],
    ["a.1", "random", false],
    ["r.x", "r.y", false],
    ["12", "13", false],
    ["r.!", "r.5", false],
    ["r.5", "r.x", false],
    [`a.${max - 1}`, `a.${max}`, true],
    [`a.${max}`, `a.${max - 1}`, false],
  ])("%j after %j: %j", (a, b, expected) => {
    expect(isNotAfter(a, b)).toBe(expected);
  });
});
