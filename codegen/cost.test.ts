/** What a channel's bindings cost a user's compiler: instantiations, which are the same on every machine. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, tsconfig } from "./fixtures/temp-project.js";
import { makeWorkshop, type Workshop } from "./fixtures/workshop.js";
import { generate } from "./index.js";

const TOPICS = [0, 1, 2, 3];

/** Half of the channels have params. */
const source = (count: number) =>
  [
    `import { realtime, staticSchema } from "halyard";`,
    ...Array.from({ length: count }, (_, i) => {
      const topics = TOPICS.map(
        (t) =>
          `t${t}: { schema: staticSchema<{ x: number; own${i}_${t}: string; list: string[]; o?: { a: 1 } }>() }`,
      );
      const name = i % 2 ? `c${i}:{id}` : `c${i}`;
      return `export const c${i} = realtime.channel({ name: "${name}", topics: { ${topics.join(", ")} } });`;
    }),
  ].join("\n");

/** A file in which each channel is used. */
const usage = (count: number, use: (i: number, params: string) => string) =>
  [
    `import * as g from "./bindings.js";`,
    `import { createRealtime } from "halyard/server";`,
    "export const app = createRealtime();",
    ...Array.from({ length: count }, (_, i) => use(i, i % 2 ? `params: { id: "1" }, ` : "")),
  ].join("\n");

const SMALL = 10;
const LARGE = 30;
let workshop: Workshop;
const bindings = new Map<number, string>();

beforeAll(async () => {
  workshop = makeWorkshop();
  writeFileSync(path.join(workshop.folder, "package.json"), `{ "type": "module" }`);
  for (const count of [SMALL, LARGE]) {
    const project = makeProject({ "tsconfig.json": tsconfig, "src/channels.ts": source(count) });
    bindings.set(count, (await generate({ cwd: project.root, dryRun: true })).files[0]?.text ?? "");
    project.remove();
  }
}, 60_000);
afterAll(() => workshop.remove());

/** Instantiations for each channel more. */
function cost(use: (i: number, params: string) => string): number {
  const [small = 0, large = 0] = [SMALL, LARGE].map((count) => {
    writeFileSync(path.join(workshop.folder, "bindings.ts"), bindings.get(count) ?? "");
    writeFileSync(path.join(workshop.folder, "usage.ts"), usage(count, use));
    const config = { compilerOptions: workshop.options, files: ["usage.ts"] };
    const said = workshop.compile("cost", config, "typescript", [
      "--singleThreaded",
      "--extendedDiagnostics",
    ]);
    expect(said).not.toContain("error TS");
    return Number(/Instantiations:\s+(\d+)/.exec(said)?.[1]);
  });
  return (large - small) / (LARGE - SMALL);
}

const follow = (token: string, options: string) => (i: number, params: string) =>
  `export async function use${i}(token: ${token.replaceAll("C#", `g.C${i}`)}) {
  for await (const m of await g.subscribeC${i}({ ${params}token${options} })) m.data.x.toFixed();
}`;

/** To `app.publish`, which takes any reference and looks into what it publishes. */
const send = (i: number, params: string) =>
  `export const p${i} = app.publish(g.c${i}${params && '({ id: "1" })'}.t1, { x: 1, own${i}_1: "", list: [] });`;

/** By the bindings' own, which says what each topic takes. */
const sendTyped = (by: string) => (i: number, params: string) =>
  `export const s${i} = ${by.replaceAll("C#", `g.C${i}`)}g.publishC${i}({ ${params}topic: "t1", data: { x: 1, own${i}_1: "", list: [] }, ${by ? "token" : "app"} });`;

test.each<[what: string, use: (i: number, params: string) => string, instantiations: number]>([
  ["declared", () => "", 1],
  ["a token's type", (i) => `export type T${i} = g.C${i}Token<"t1">;`, 1],
  ["one topic, by its token", follow(`C#Token<"t1">`, `, topics: ["t1"]`), 5],
  ["one topic, by a token for all", follow("C#Token", `, topics: ["t1"]`), 5],
  ["one topic, by a token's text", follow("string", `, topics: ["t1"]`), 5],
  ["one topic, by what fetches its token", follow(`() => Promise<C#Token<"t1">>`, `, topics: ["t1"]`), 9],
  ["all topics, by a token", follow("C#Token", ""), 8],
  ["a message published by its topic and an app", sendTyped(""), 1],
  ["a message published by its topic and a token", sendTyped("(token: C#Token) => "), 2.5],
  ["a message published by its topic and a token's text", sendTyped("(token: string) => "), 1],
  [
    "a message published by its topic and what fetches a token",
    sendTyped("(token: () => Promise<C#Token>) => "),
    6.5,
  ],
  ["a message published by an app", send, 31],
  [
    "a message published, a token's type, one topic",
    (i, params) =>
      `${send(i, params)}\nexport type T${i} = g.C${i}Token<"t1">;\n${follow(`C#Token<"t1">`, `, topics: ["t1"]`)(i, params)}`,
    35,
  ],
])("%s", { timeout: 60_000 }, (_, use, instantiations) => {
  expect(cost(use)).toBe(instantiations);
});
