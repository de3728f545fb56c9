import { describe, expect, it } from "vitest";
import { frame } from "../conformance/frames.js";
import { History } from "./history.js";

describe("History.read", () => {
  const history = new History({ count: 100, bytes: 1_000, age: 1_000 });
  // Offsets of one channel have holes: others publish as well.
  for (const offset of [2, 3, 7, 20]) history.append("a", offset, { id: `${offset}`, frame: frame(0) }, 1, 0);
  const idsAfter = (offset: number, limit?: number) =>
    history.read("a", offset, limit).deliveries.map(({ id }) => id);

  it.each([
    [0, ["2", "3", "7", "20"]],
    [1, ["2", "3", "7", "20"]],
    [2, ["3", "7", "20"]],
    [5, ["7", "20"]],
    [19, ["20"]],
    [20, []],
    [21, []],
  ])("gives what stands after offset %d", (offset, ids) => {
    expect(idsAfter(offset)).toEqual(ids);
  });

  it("stops at the limit", () => {
    expect(idsAfter(2, 2)).toEqual(["3", "7"]);
    expect(idsAfter(2, 9)).toEqual(["3", "7", "20"]);
  });

  it("gives nothing of a channel that keeps nothing", () => {
    expect(history.read("b", 0)).toEqual({ deliveries: [], more: false });
  });
});
