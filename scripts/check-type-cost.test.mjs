// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { FEW, marginalsBy } from "../benchmarks/types/count.mjs";
import { costsOf } from "../benchmarks/types/rows.mjs";
import { compare, isLinear } from "./check-type-cost.mjs";

/** @param {number | string} cost @param {number} budget */
const compared = (cost, budget) =>
  compare(new Map([["typescript", { publish: cost }]]), { publish: [budget] });

test("a row within its budget passes", () => {
  assert.deepEqual(compared(100, 100), []);
  assert.deepEqual(compared(91, 100), []);
  assert.deepEqual(compared(8, 10), []);
});

test("a row over its budget is refused", () => {
  assert.deepEqual(compared(100.5, 100), [
    "publish (typescript): 100.5 instantiations are over the budget of 100",
  ]);
});

test("a budget that is too high is refused", () => {
  assert.deepEqual(compared(80.5, 100), [
    "publish (typescript): 80.5 instantiations: lower the budget of 100 to 81",
  ]);
});

test("a row that doesn't compile, has no budget or isn't measured is refused", () => {
  assert.match(compared("main.ts(1,1): error", 100).join(), /doesn't compile: main\.ts/);
  assert.match(
    compare(new Map([["a", { token: 1.5 }]]), {}).join(),
    /token \(a\): has no budget; it costs 2/,
  );
  assert.match(compare(new Map([["a", {}]]), { token: [1] }).join(), /token \(a\): .* isn't measured/);
  const both = new Map([
    ["old", { publish: 1 }],
    ["new", { publish: 9 }],
  ]);
  assert.match(compare(both, { publish: [1, 2] }).join(), /^publish \(new\): 9 instantiations are over/);
});

test("a cost that grows with the number of channels is refused", () => {
  assert.ok(isLinear(900, 905));
  assert.ok(!isLinear(900, 1_000));
});

/** So many types of one property each, which a mapped type goes through. @param {number} count */
const boxes = (count) =>
  [
    "type Box<T> = { [K in keyof T]: { value: T[K] } };",
    ...Array.from(
      { length: count },
      (_, i) => `export const x${i}: Box<{ a${i}: 1 }> = { a${i}: { value: 1 } };`,
    ),
  ].join("\n");

for (const compiler of ["typescript-5.5", "typescript-6.0", "typescript"]) {
  test(`${compiler} counts what one more costs, and nothing where there are errors`, async () => {
    const once = /** @type {const} */ ([boxes(FEW), boxes(2 * FEW)]);
    const twice = /** @type {const} */ ([boxes(2 * FEW), boxes(4 * FEW)]);
    const broken = /** @type {const} */ (["export const x: string = 1;", "export const x: string = 1;"]);
    const costs = await costsOf(
      [
        { name: "one", full: once, less: undefined },
        { name: "second", full: twice, less: once },
        { name: "wrong", full: broken, less: undefined },
        { name: "more than wrong", full: once, less: broken },
      ],
      marginalsBy(compiler),
    );
    assert.ok(Number(costs.one) > 0);
    assert.equal(costs.second, costs.one);
    assert.match(String(costs.wrong), /fails:\n[\s\S]*main\.ts\(1,14\): error TS2322/);
    assert.equal(costs["more than wrong"], costs.wrong);
  });
}
