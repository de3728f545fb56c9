import { describe, expect, it } from "vitest";
import { TrimMarks } from "./trim-marks.js";

const fill = (marks: TrimMarks, count: number, label = "filler") => {
  for (let i = 0; i < count; i++) marks.set(`${label} ${i}`, 1);
};

describe("TrimMarks", () => {
  it("knows 10,000 channels, and a floor for all others", () => {
    const marks = new TrimMarks();
    marks.set("a", 100);
    marks.set("b", 3);
    expect([marks.get("a"), marks.get("b"), marks.get("c")]).toEqual([100, 3, 0]);
    fill(marks, 9_998);
    expect([marks.get("a"), marks.get("c"), marks.size]).toEqual([100, 0, 10_000]);
    marks.set("d", 4);
    expect([marks.get("a"), marks.get("b"), marks.get("c"), marks.size]).toEqual([100, 3, 100, 10_000]);
  });

  it("never lowers the floor, though a later mark may be lower", () => {
    const marks = new TrimMarks();
    marks.set("a", 100);
    marks.set("b", 3);
    fill(marks, 10_000);
    expect([marks.get("a"), marks.get("b"), marks.get("c")]).toEqual([100, 100, 100]);
  });

  it("lets go of a channel that keeps messages again", () => {
    const marks = new TrimMarks();
    marks.set("a", 100);
    marks.delete("a");
    expect([marks.get("a"), marks.size]).toEqual([0, 0]);
    // Set anew, it is the youngest: 9,999 others push nothing out.
    marks.set("b", 5);
    marks.set("a", 200);
    fill(marks, 9_999);
    expect([marks.get("a"), marks.get("b"), marks.get("c")]).toEqual([200, 5, 5]);
  });
});
