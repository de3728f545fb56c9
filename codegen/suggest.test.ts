import { expect, test } from "vitest";
import { closest } from "./suggest.js";

const names = ["init", "generate", "check", "list"];

test.each([
  ["genarate", "generate"],
  ["gen", undefined],
  ["generte", "generate"],
  ["chekc", "check"],
  ["LIST", "list"],
  ["lst", "list"],
  ["int", "init"],
  ["deploy", undefined],
  ["", undefined],
])("%j", (word, meant) => {
  expect(closest(word, names)).toBe(meant);
});

test("the nearest wins, and of two the first", () => {
  expect(closest("watc", ["match", "watch"])).toBe("watch");
  expect(closest("bat", ["cat", "hat"])).toBe("cat");
});
