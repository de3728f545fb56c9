import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { check, generate, isCodegenError } from "./index.js";

const fixtures = path.join(import.meta.dirname, "fixtures");
const folders = readdirSync(fixtures).filter((name) =>
  existsSync(path.join(fixtures, name, "tsconfig.json")),
);
const isError = (name: string) => name.startsWith("error-");

/** The first one loads the compiler and its libraries. */
const timeout = 120_000;

describe("what is generated", () => {
  test.each(folders.filter((name) => !isError(name)))("%s", { timeout }, async (name) => {
    const cwd = path.join(fixtures, name);
    const { files, models } = await generate({ cwd, dryRun: true });
    const { file = "", text: code = "" } = files[0] ?? {};
    await expect(code).toMatchFileSnapshot(file);
    expect((await check({ cwd })).stale).toBe(false);
    expect(JSON.parse(JSON.stringify(models))).toEqual(models);
    // Long names make long lines; nothing else does.
    expect(code.split("\n").filter((line) => line.length > 120)).toEqual([]);
  });
});

describe("what is refused", () => {
  test.each(folders.filter(isError))("%s", { timeout }, async (name) => {
    const cwd = path.join(fixtures, name);
    const error: unknown = await generate({ cwd }).catch((error: unknown) => error);
    if (!isCodegenError(error)) throw error;
    const message = error.message.replaceAll(cwd, "<project>");
    await expect(`${message}\n`).toMatchFileSnapshot(path.join(cwd, "expected-error.txt"));
    expect(existsSync(path.join(cwd, "src/halyard.gen.ts"))).toBe(false);
  });
});
