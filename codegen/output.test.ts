/** The generated files as their users meet them: alone under the strictest settings, and beside what they were made of. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "..");
const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, "oracle.ts")));
const outputs = cases.map((name) => path.join(fixtures, name, "src/halyard.gen.ts"));
const compiler = (name: string) => path.join(root, "node_modules", name, "bin/tsc");

/** A folder with the package's declarations, as they are published. */
let temporary: string;

beforeAll(() => {
  temporary = mkdtempSync(path.join(os.tmpdir(), "halyard-codegen-"));
  const problems = compile("declarations", {
    extends: path.join(root, "tsconfig.json"),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      outDir: path.join(temporary, "dist"),
      // The compiler looks for these from the tsconfig's folder.
      typeRoots: [path.join(root, "node_modules/@types")],
    },
    include: [],
    files: [path.join(root, "src/index.ts"), path.join(root, "src/client/index.ts")],
  });
  expect(problems).toBe("");
}, 60_000);

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Compiles with a tsconfig of that content. Gives what the compiler says. */
function compile(name: string, config: object, tsc = compiler("typescript")): string {
  const file = path.join(temporary, `tsconfig.${name}.json`);
  writeFileSync(file, JSON.stringify(config));
  try {
    return execFileSync(process.execPath, [tsc, "-p", file, "--pretty", "false"], { encoding: "utf8" });
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}

const options = () => ({
  target: "es2022",
  lib: ["es2022", "dom"],
  module: "nodenext",
  moduleResolution: "nodenext",
  moduleDetection: "force",
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noEmit: true,
  paths: {
    halyard: [path.join(temporary, "dist/src/index.d.ts")],
    "halyard/client": [path.join(temporary, "dist/src/client/index.d.ts")],
  },
});

describe("alone, under the strictest settings", () => {
  const strictest = {
    noUnusedLocals: true,
    noUnusedParameters: true,
    isolatedDeclarations: true,
    declaration: true,
  };
  test.each(["typescript", "typescript-6.0", "typescript-5.9"])("%s", { timeout: 60_000 }, (name) => {
    const config = {
      compilerOptions: { ...options(), ...strictest, erasableSyntaxOnly: true },
      files: outputs,
    };
    expect(compile(`alone-${name}`, config, compiler(name))).toBe("");
  });
});

test("its types are those of the sources", { timeout: 60_000 }, () => {
  const files = [...cases.map((name) => `${name}/oracle.ts`), "zod/usage.ts"].map((file) =>
    path.join(fixtures, file),
  );
  const config = {
    compilerOptions: { ...options(), paths: { ...options().paths, "@/*": [`${fixtures}/exports/src/*`] } },
    files,
  };
  expect(compile("oracle", config)).toBe("");
});

test("it imports nothing but the package", () => {
  for (const file of outputs) {
    const imported = [...readFileSync(file, "utf8").matchAll(/\b(?:from|import)\s*\(?"([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(imported)).toEqual(new Set(["halyard", "halyard/client"]));
  }
});

describe("when it runs", () => {
  /** Loads an output with the package's sources in the place of the package. */
  const load = async (name: string) => {
    const text = readFileSync(path.join(fixtures, name, "src/halyard.gen.ts"), "utf8")
      .replace('"halyard"', JSON.stringify(path.join(root, "src/index.ts")))
      .replace('"halyard/client"', JSON.stringify(path.join(root, "src/client/index.ts")));
    const file = path.join(temporary, `${name}.ts`);
    writeFileSync(file, text);
    return import(/* @vite-ignore */ file);
  };

  test("names are those of the sources", async () => {
    const names = await load("names");
    expect(names.literal.name).toBe("news/today");
    expect(names.pattern({ room: "a:b", user: "c" }).name).toBe("chat:a%3Ab:c");
    expect(names.pattern.parse("chat:a%3Ab:c")).toEqual({ room: "a:b", user: "c" });
    expect(names.arrow({ runId: "7" }).name).toBe("run:7");
    expect(names.block({ id: 1.5, flag: true }).name).toBe("job:1.5:true");
    expect(names.joined("a", 2).name).toBe("x:a:2");
    expect(names.method({ org: { id: "o" }, name: "a b" }).name).toBe("o/a%20b");
    expect(names.constant().name).toBe("constant");
    expect(names.imported({ team: "t" }).name).toBe("team:t");
    expect(names.escaped("1").name).toBe(`\`$${"{1}"}\\`);
    expect(names.kinds("b").name).toBe("kind:b");
  });

  test("topics are those of the sources, in their order", async () => {
    const { scan } = await load("zod");
    expect(scan({ scanId: "1" }).topics).toEqual(["progress", "file", "done", "limit"]);
    expect(scan({ scanId: "1" }).done).toEqual({ channel: "scan:1", topic: "done" });
    const { chat } = await load("identifiers");
    expect(chat.topics).toContain('it\'s "x"');
  });

  test("subscribe takes the params, a client of one's own, and passes on the rest", async () => {
    const { subscribeScan, scan } = await load("zod");
    const calls: unknown[] = [];
    const client = { subscribe: async (options: unknown) => calls.push(options) };
    await subscribeScan({ params: { scanId: "1" }, client, token: "t", topics: ["done"] });
    expect(calls).toEqual([{ channel: scan({ scanId: "1" }), token: "t", topics: ["done"] }]);
    await expect(subscribeScan({ params: { scanId: "" }, token: "t" })).rejects.toThrow("scanId");
  });
});
