import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shelf } from "./broken/shelf.test-support.js";
import { transportConformance } from "./index.js";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

/** What follows the imports: those name the package in the one file, and paths in the other. */
const afterImports = (source: string) => source.replace(/^(?:\/\/ file: .*\n|import .*\n|\n)+/, "");

// The suite runs against these files: below, and in `index.test.ts`.
it.each(["local", "shelf"])("shows a transport in the documentation that passes the suite: %s", (name) => {
  const [, fence = ""] =
    new RegExp(`\`\`\`ts\n(// file: ${name}\\.ts\n[\\s\\S]*?)\`\`\``).exec(
      read("../../docs/custom-transport.md"),
    ) ?? [];
  expect(afterImports(fence)).toBe(afterImports(read(`./broken/${name}.test-support.ts`)));
  expect(afterImports(fence)).toContain(`export function ${name}()`);
});

transportConformance({
  describe,
  it,
  name: "the log of the documentation",
  supports: shelf().supports,
  factory: () => ({ transport: shelf() }),
});
