import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";

it("a module that exports channels has short declarations, without a validator in them", () => {
  const folder = path.join(import.meta.dirname, "fixtures/declarations");
  const root = path.join(import.meta.dirname, "..");
  const out = mkdtempSync(path.join(tmpdir(), "halyard-declarations-"));
  try {
    const tsc = path.join(root, "node_modules/typescript/bin/tsc");
    const options = [
      "--ignoreConfig",
      "--declaration",
      "--emitDeclarationOnly",
      "--strict",
      "--skipLibCheck",
    ];
    const target = [
      "--target",
      "es2022",
      "--module",
      "nodenext",
      "--types",
      "",
      "--rootDir",
      root,
      "--outDir",
      out,
    ];
    execFileSync(process.execPath, [tsc, ...options, ...target, path.join(folder, "channels.ts")]);
    const declared = readFileSync(path.join(out, "src/fixtures/declarations/channels.d.ts"), "utf8");
    expect(declared).toBe(readFileSync(path.join(folder, "expected-channels.txt"), "utf8"));
    expect(declared).not.toMatch(/zod|valibot|ark|~standard|schema/i);
  } finally {
    rmSync(out, { recursive: true });
  }
});
