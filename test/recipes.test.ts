/** The recipe of docs/recipes.md for testing components, run as its reader runs it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { endAll, root, start } from "./support/process.js";

const folders: string[] = [];
afterEach(async () => {
  await endAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project with the page's named files, and the built package. */
async function paste(edit: (file: string, text: string) => string): Promise<string> {
  const { sourcesOf } = await import(new URL("../scripts/lib/fences.mjs", import.meta.url).href);
  mkdirSync(path.join(root, ".temp"), { recursive: true });
  const folder = mkdtempSync(path.join(root, ".temp", "recipes-"));
  folders.push(folder);
  const { sources } = sourcesOf(readFileSync(path.join(root, "docs/recipes.md"), "utf8"));
  for (const { name, lines } of sources) writeFileSync(path.join(folder, name), edit(name, lines.join("\n")));
  writeFileSync(path.join(folder, "tsconfig.json"), `{ "compilerOptions": { "jsx": "react-jsx" } }`);
  writeFileSync(path.join(folder, "vitest.config.mjs"), "export default {};\n");
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules/halyard"), "dir");
  return folder;
}

async function runVitest(folder: string) {
  const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
  const running = start(process.execPath, [vitest, "run"], { NO_COLOR: "1" }, folder);
  return { code: await running.exited, text: running.stdout + running.stderr };
}

test("a component on the in-process pair passes its test", async () => {
  const { code, text } = await runVitest(await paste((_, text) => text));
  expect(text).toMatch(/Tests +1 passed/);
  expect(code).toBe(0);
  // Of React, of the package, or of the test's own making.
  expect(text).not.toMatch(/stderr|warning|unhandled/i);
});

test("and fails it when the component is wrong", async () => {
  const spoil = (file: string, text: string) =>
    file === "job-view.tsx" ? text.replace("value={percent}", "value={percent / 2}") : text;
  const { code, text } = await runVitest(await paste(spoil));
  expect(text).toMatch(/expected 20 to be 40/);
  expect(code).toBe(1);
});
