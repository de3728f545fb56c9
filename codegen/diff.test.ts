import { expect, test } from "vitest";
import { diffLines } from "./diff.js";

const text = (...lines: (string | number)[]) => lines.join("\n");
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("shows what changed, with two lines around it", () => {
  expect(diffLines(text(1, 2, 3, "x", 5, 6, 7), text(1, 2, 3, "y", "z", 5, 6, 7))).toBe(
    text("@@ line 2 @@", "  2", "  3", "- x", "+ y", "+ z", "  5", "  6"),
  );
});

test("keeps lines that stayed between those that changed", () => {
  expect(diffLines(text("a", "same", "b"), text("c", "same", "d"))).toBe(
    text("@@ line 1 @@", "- a", "+ c", "  same", "- b", "+ d"),
  );
});

test("shows distant changes apart", () => {
  const before = text("a", ...numbers(1, 20), "b");
  const after = text(...numbers(1, 20), "c", "b");
  expect(diffLines(before, after)).toBe(
    text("@@ line 1 @@", "- a", "  1", "  2", "@@ line 19 @@", "  19", "  20", "+ c", "  b"),
  );
});

test("is empty where only line ends differ, and short where all differs", () => {
  expect(diffLines("a\nb", "a\r\nb")).toBe("");
  const lines = diffLines(text(...numbers(1, 3000)), text(...numbers(4001, 7000))).split("\n");
  expect(lines).toHaveLength(41);
  expect(lines.at(-1)).toBe("… 6000 lines differ in all");
});
