import { expect, test } from "vitest";
import { isSame } from "./same.js";

const date = new Date(0);

test.each([
  [1, 1],
  [Number.NaN, Number.NaN],
  [[], []],
  [
    [1, date],
    [1, date],
  ],
  [{}, {}],
  [
    { a: 1, b: undefined },
    { b: undefined, a: 1 },
  ],
])("%o and %o are as good as one", (a, b) => {
  expect(isSame(a, b)).toBe(true);
});

test.each([
  [0, -0],
  [null, undefined],
  [null, {}],
  [[], {}],
  [[1], [1, 2]],
  [[{}], [{}]],
  [{ a: undefined }, { b: undefined }],
  [{ a: 1 }, { a: 1, b: 2 }],
  // Nobody sees what these hold.
  [new Date(0), new Date(1)],
  [new Map(), new Map()],
  [new Set([1]), new Set([2])],
  [() => 1, () => 1],
])("%o and %o are two", (a, b) => {
  expect(isSame(a, b)).toBe(false);
});
