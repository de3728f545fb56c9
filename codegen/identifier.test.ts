import { expect, test } from "vitest";
import { isBindingName, isIdentifier, pascalCase } from "./identifier.js";

test.each([
  ["job-done", "JobDone"],
  ["jobDone", "JobDone"],
  ["job_done", "JobDone"],
  ["  a  b ", "AB"],
  ["1st", "1st"],
  ["über uns", "ÜberUns"],
  ["→", ""],
])("%s gives %s", (text, name) => expect(pascalCase(text)).toBe(name));

test("names of constants are identifiers, but no reserved words", () => {
  expect(["a", "$", "_", "ü", "a1"].map(isBindingName)).toEqual([true, true, true, true, true]);
  expect(["", "1a", "a-b", "class", "await", "undefined"].map(isBindingName)).toEqual(Array(6).fill(false));
  expect(isIdentifier("class")).toBe(true);
});
