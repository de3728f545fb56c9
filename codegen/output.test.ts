/** The generated files as their users meet them: alone under the strictest settings, and beside what they were made of. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compilers, makeWorkshop, type Workshop } from "./fixtures/workshop.js";

const root = path.join(import.meta.dirname, "..");
const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, "oracle.ts")));
const outputs = cases.map((name) => path.join(fixtures, name, "src/halyard.gen.ts"));

let workshop: Workshop;
beforeAll(() => {
  workshop = makeWorkshop();
}, 60_000);
afterAll(() => workshop.remove());

describe("alone, under the strictest settings", () => {
  const strictest = {
    noUnusedLocals: true,
    noUnusedParameters: true,
    isolatedDeclarations: true,
    declaration: true,
  };
  test.each(compilers)("%s", { timeout: 180_000 }, (name) => {
    // 5.5 doesn't know it yet.
    const erasable = name === "typescript-5.5" ? {} : { erasableSyntaxOnly: true };
    const config = { compilerOptions: { ...workshop.options, ...strictest, ...erasable }, files: outputs };
    expect(workshop.compile(`alone-${name}`, config, name)).toBe("");
  });
});

describe("its types are those of the sources, and it is used as they are", () => {
  const sources = cases.flatMap((name) =>
    ["oracle.ts", "usage.ts", "samples.ts"]
      .map((file) => `${name}/${file}`)
      .filter((file) => existsSync(path.join(fixtures, file))),
  );
  test.each(compilers)("%s", { timeout: 180_000 }, (name) => {
    const files = sources.map((file) => path.join(fixtures, file));
    const { paths, ...rest } = workshop.options;
    const config = {
      compilerOptions: { ...rest, paths: { ...paths, "@/*": [`${fixtures}/exports/src/*`] } },
      files,
    };
    expect(workshop.compile(`oracle-${name}`, config, name)).toBe("");
  });
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
  /** Loads an output, or a source, with the package's sources in the place of the package. */
  const load = async (name: string, source = "halyard.gen.ts") => {
    const text = readFileSync(path.join(fixtures, name, "src", source), "utf8")
      .replace('"halyard"', JSON.stringify(path.join(root, "src/index.ts")))
      .replace('"halyard/client"', JSON.stringify(path.join(root, "src/client/index.ts")));
    const file = path.join(workshop.folder, `${name}.${source}`);
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

  test("params are made of their texts, as the sources' schemas do", async () => {
    const [source, generated] = await Promise.all([load("params", "channels.ts"), load("params")]);
    const given: readonly (readonly [channel: string, params: object])[] = [
      ["run", { id: 5, kind: "quick" }],
      ["run", { id: -12, kind: "full" }],
      ["shard", { region: "north", shard: 10n ** 20n, live: true }],
      ["shard", { region: "south", shard: -1n, live: false }],
      ["measure", { value: -0.5 }],
      ["measure", { value: 12345 }],
      ["branded", { id: "a:b/%é", age: 7 }],
      ["mixed", { page: "all", level: 10, part: "none" }],
      ["mixed", { page: 3, level: 1, part: 1n }],
      ["checked", { slug: "a-b" }],
      ["plain", { id: "5" }],
    ];
    for (const [channel, params] of given) {
      const { name } = source[channel](params);
      expect(generated[channel](params).name).toBe(name);
      expect(generated[channel].parse(name)).toEqual(source[channel].parse(name));
      expect(generated[channel].parse(name)).toEqual(params);
    }
  });

  test("params that their types don't have are refused, as the sources do", async () => {
    const [source, generated] = await Promise.all([load("params", "channels.ts"), load("params")]);
    const names = {
      run: ["run:05:full", "run:x:full", "run:NaN:full", "run::full", "run:5:slow", "run:1e3:full"],
      shard: ["north/01/true", "north/x/true", "north/1.5/true"],
      mixed: ["page:none:1:none", "page:1:2:none", "page:1:1:2"],
    };
    for (const [channel, wrong] of Object.entries(names)) {
      for (const name of wrong) {
        expect([name, source[channel].match(name)]).toEqual([name, false]);
        expect([name, generated[channel].match(name)]).toEqual([name, false]);
        expect(() => generated[channel].parse(name)).toThrow(
          expect.objectContaining({ code: "NAME_MISMATCH" }),
        );
      }
    }
    for (const name of ["north/1/yes", "east/1/true"]) expect(generated.shard.match(name)).toBe(false);
    for (const params of [
      { id: "5", kind: "full" },
      { id: Number.NaN, kind: "full" },
      { id: 5, kind: "slow" },
      { id: 5 },
    ]) {
      expect(() => source.run(params)).toThrow(expect.objectContaining({ code: "INVALID_PARAMS" }));
      expect(() => generated.run(params)).toThrow(expect.objectContaining({ code: "INVALID_PARAMS" }));
    }
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
