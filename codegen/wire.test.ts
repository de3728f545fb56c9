import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { printType } from "./emit/type.js";
import { makeWorkshop, type Workshop } from "./fixtures/workshop.js";
import { list } from "./index.js";
import type { ChannelModel, NamedType, PrimitiveName, TypeModel } from "./model.js";
import { unionOf } from "./union.js";
import { wireOf } from "./wire.js";

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, "oracle.ts")));

const primitive = (name: PrimitiveName): TypeModel => ({ kind: "primitive", name });
const ref = (name: string): TypeModel => ({ kind: "ref", name });

let workshop: Workshop;
beforeAll(() => {
  workshop = makeWorkshop();
}, 60_000);
afterAll(() => workshop.remove());

/** The plain form of what a channel's topics give, beside what the library says of it. */
function comparisons(channel: ChannelModel): string {
  const nameOf = (name: string) => `${channel.id}_${name}`;
  const wire = wireOf(channel);
  const types = wire.types.map(({ name, type }) => `type ${nameOf(name)} = ${printType(type, nameOf)};`);
  const isVoid = ({ output }: { readonly output: string }) => {
    const found = channel.types.find(({ name }) => name === output)?.type;
    // To TypeScript, it has no plain form but itself.
    return found?.kind === "primitive" && found.name === "void";
  };
  const topics = channel.topics
    .filter((topic) => !isVoid(topic))
    .map(({ name, output }) => {
      const topic = JSON.stringify(name);
      const theirs = `Realtime.Wire<typeof bindings.${channel.id}, ${topic}>`;
      const text = JSON.stringify(channel.types.find((type) => type.name === output));
      // An intersection here is one object there; and there an index signature keeps `undefined`, which is absent in JSON.
      const compare = /"others"|"index":.*"undefined"/.test(text) ? "Extends" : "Equal";
      return `  readonly ${topic}: ${compare}<${printType(wire.of(ref(output)), nameOf)}, ${theirs}>;`;
    });
  return [
    ...types,
    `interface Of_${channel.id} {`,
    ...topics,
    "}",
    // The names of those that differ: none.
    `export const ${channel.id}: never = null as never as Different<Of_${channel.id}>;`,
  ].join("\n");
}

/** A module that compiles where the two agree on each topic of a fixture. */
async function writeComparisons(name: string): Promise<string> {
  const [model] = await list({ cwd: path.join(fixtures, name) });
  const { channels = [] } = model ?? {};
  expect(channels).not.toEqual([]);
  const file = path.join(workshop.folder, `wire-${name}.mts`);
  const head = [
    `import type { Realtime } from "halyard";`,
    `import type * as bindings from ${JSON.stringify(path.join(fixtures, name, "src/halyard.gen.js"))};`,
    `import type { Equal } from ${JSON.stringify(path.join(fixtures, "equal.js"))};`,
    "type Extends<A, B> = [A] extends [B] ? true : false;",
    "type Different<T> = { [K in keyof T]: T[K] extends true ? never : K }[keyof T];",
  ];
  writeFileSync(file, [...head, ...channels.map(comparisons)].join("\n"));
  return file;
}

test("is what Realtime.Wire says, for each topic of each fixture", { timeout: 120_000 }, async () => {
  const files: string[] = [];
  for (const name of cases) files.push(await writeComparisons(name));
  expect(workshop.compile("wire", { compilerOptions: workshop.options, files })).toBe("");
});

test("what may be undefined says so as a whole, is null in a list, and optional in an object", () => {
  const maybe: NamedType = { name: "Maybe", type: unionOf([primitive("string"), primitive("undefined")]) };
  const { types, of } = wireOf({ types: [maybe] });
  expect(types).toEqual([{ name: "Maybe", type: primitive("string") }]);
  expect(of(ref("Maybe"))).toEqual(unionOf([ref("Maybe"), primitive("undefined")]));
  expect(of({ kind: "array", of: ref("Maybe") })).toEqual({
    kind: "array",
    of: unionOf([ref("Maybe"), primitive("null")]),
  });
  expect(of({ kind: "object", properties: [{ name: "a", type: ref("Maybe") }] })).toEqual({
    kind: "object",
    properties: [{ name: "a", type: ref("Maybe"), optional: true }],
  });
});

test("a type that is undefined or holds itself comes to an end", () => {
  const properties = [{ name: "next", type: ref("Chain") }];
  const chain = unionOf([primitive("undefined"), { kind: "object", properties }]);
  const { types, of } = wireOf({ types: [{ name: "Chain", type: chain }] });
  const optional = [{ name: "next", type: ref("Chain"), optional: true }];
  expect(types).toEqual([{ name: "Chain", type: { kind: "object", properties: optional } }]);
  expect(of(ref("Chain"))).toEqual(unionOf([ref("Chain"), primitive("undefined")]));
});

test("a payload that is never there is undefined", () => {
  const { types, of } = wireOf({ types: [{ name: "Nothing", type: primitive("void") }] });
  expect(types).toEqual([{ name: "Nothing", type: primitive("never") }]);
  expect(of(primitive("void"))).toEqual(primitive("undefined"));
  expect(of(primitive("unknown"))).toEqual(primitive("unknown"));
});
