import { expect, test } from "vitest";
import { colourDiff, colourProblem, wantsColour } from "./colour.js";

test.each<[isTTY: boolean, env: Record<string, string>, wanted: boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
])("terminal: %j, %j: %j", (isTTY, env, wanted) => {
  expect(wantsColour({ isTTY }, env)).toBe(wanted);
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, "");

test("colours change nothing but colours", () => {
  const problem = `src/a.ts:4:13 - error CODEGEN_ANY: No - error here.

    3 |
  > 4 |   a: any;
      |      ^

  Fix: say what it is`;
  const coloured = colourProblem(problem);
  expect(plain(coloured)).toBe(problem);
  expect(coloured).toContain("\u001b[31merror\u001b[39m");
  expect(coloured).toContain("\u001b[31m      ^\u001b[39m");
  const diff = "src/a.ts is stale:\n\n@@ line 1 @@\n  a\n- b\n+ c";
  expect(plain(colourDiff(diff))).toBe(diff);
  expect(colourDiff(diff)).toContain("\u001b[31m- b\u001b[39m\n\u001b[32m+ c\u001b[39m");
});
