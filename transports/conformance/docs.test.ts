import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

/** What follows the imports: those name the package in the one file, and paths in the other. */
const afterImports = (source: string) => source.replace(/^(?:\/\/ file: .*\n|import .*\n|\n)+/, "");

it("shows a transport in the documentation that passes the suite", () => {
  const [, fence = ""] =
    /```ts\n(\/\/ file: local\.ts\n[\s\S]*?)```/.exec(read("../../docs/custom-transport.md")) ?? [];
  // `index.test.ts` runs the suite against this file.
  expect(afterImports(fence)).toBe(afterImports(read("./broken/local.test-support.ts")));
  expect(afterImports(fence)).toContain("export function local()");
});
