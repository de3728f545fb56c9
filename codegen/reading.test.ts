/** Which exports are read, and under which names: registries, workspace packages, patterns of destructuring. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { channelSource, makeProject, tsconfig } from "./fixtures/temp-project.js";
import { openSession } from "./read/index.js";
import { openReader } from "./reader.js";

let cleanup: (() => void)[] = [];
afterEach(() => {
  for (const remove of cleanup) remove();
  cleanup = [];
});

const timeout = 30_000;
const HEAD = `import { realtime, registry, staticSchema } from "halyard";\n`;
const channel = (name: string, payload = "1") =>
  `realtime.channel({ name: "${name}", topics: { done: { schema: staticSchema<${payload}>() } } })`;

function project(files: Readonly<Record<string, string>>, folder = ".") {
  const { root, write, remove } = makeProject({ "tsconfig.json": tsconfig, ...files });
  cleanup.push(remove);
  rmSync(path.join(root, "node_modules"));
  const reader = openReader({ cwd: path.join(root, folder), outputNames: ["halyard.gen.ts"] });
  return { root, write, reader };
}

const summary = async (reader: ReturnType<typeof openReader>) =>
  (await reader.read()).model.channels.map(({ id, file }) => `${id} ${file}`);

describe("registries", { timeout }, () => {
  test("their channels count, each once, under its export's name where it has one", async () => {
    const { reader } = project({
      "src/chat.ts": `${HEAD}export const chat = ${channel("chat")};\nconst hidden = ${channel("hidden")};
/** All of them. */
export const channels = registry({ talk: chat, inPlace: ${channel("in-place")}, hidden });\n`,
      "src/index.ts": `${HEAD}import * as own from "./chat.js";
export { channels } from "./chat.js";
export const second = registry({ chat: own.chat, other: ${channel("other")} });\n`,
    });
    const { model, placeOf } = await reader.read();
    expect(model.channels.map(({ id, file }) => `${id} ${file}`)).toEqual([
      "chat src/chat.ts",
      "hidden src/chat.ts",
      "inPlace src/chat.ts",
      "other src/index.ts",
    ]);
    expect(model.registries).toEqual([
      {
        ...{ id: "channels", file: "src/chat.ts", doc: "All of them." },
        channels: [
          { key: "talk", channel: "chat" },
          { key: "inPlace", channel: "inPlace" },
          { key: "hidden", channel: "hidden" },
        ],
      },
      {
        ...{ id: "second", file: "src/index.ts" },
        channels: [
          { key: "chat", channel: "chat" },
          { key: "other", channel: "other" },
        ],
      },
    ]);
    expect(placeOf("channels")).toMatchObject({ file: "src/chat.ts", line: 5 });
  });

  test("made by a helper, or of a module's exports", async () => {
    const { reader } = project({
      "src/make.ts": `${HEAD}export const make = () => registry({ one: ${channel("one")} });\n`,
      "src/chat.ts": channelSource("chat"),
      "src/index.ts": `${HEAD}import * as chats from "./chat.js";\nimport { make } from "./make.js";
export const made = make();\nexport const spread = registry({ ...chats });\n`,
    });
    const { model } = await reader.read();
    expect(
      model.registries.map(({ id, channels }) => [id, ...channels.map(({ channel }) => channel)]),
    ).toEqual([
      ["made", "one"],
      ["spread", "chat"],
    ]);
    expect(await summary(reader)).toEqual(["chat src/chat.ts", "one src/make.ts"]);
  });

  test("what is internal isn't in them, nor is what is no registry", async () => {
    const { reader } = project({
      "src/chat.ts": `${HEAD}/** @internal */\nexport const secret = ${channel("secret")};
export const open = registry({ secret, chat: ${channel("chat")} });
/** @internal */\nexport const shut = registry({ lost: ${channel("lost")} });
export const alike = Object.assign({}, { channels: { chat: 1 }, channel: 1, match: 1 });\n`,
    });
    const { model } = await reader.read();
    expect(model.channels.map(({ id }) => id)).toEqual(["chat"]);
    expect(model.registries).toMatchObject([{ id: "open", channels: [{ key: "chat", channel: "chat" }] }]);
  });

  test("a name that a channel has, too, and a key that can't name a constant, are told", async () => {
    const both = project({
      "src/a.ts": channelSource("chat"),
      "src/b.ts": `${HEAD}export const chat = registry({ other: ${channel("other")} });\n`,
    });
    await expect(both.reader.read()).rejects.toMatchObject({ code: "CODEGEN_DUPLICATE" });
    const key = project({
      "src/b.ts": `${HEAD}export const all = registry({ "a-b": ${channel("other")} });\n`,
    });
    await expect(key.reader.read()).rejects.toMatchObject({ code: "CODEGEN_IDENTIFIER" });
  });
});

describe("what is left out would have given nothing", { timeout }, () => {
  const fixtures = path.join(import.meta.dirname, "fixtures");
  const cases = readdirSync(fixtures).filter(
    (name) => !name.startsWith("error-") && existsSync(path.join(fixtures, name, "tsconfig.json")),
  );
  test.each(cases)("%s", async (name) => {
    const options = { cwd: path.join(fixtures, name), outputNames: ["halyard.gen.ts"], cache: false };
    const all = openReader(options, async () => (given, disk) => openSession(given, disk, true));
    expect((await openReader(options).read()).model).toEqual((await all.read()).model);
  });
});

test("constants that are taken out of what a helper gives", { timeout }, async () => {
  const { reader } = project({
    "src/make.ts": `${HEAD}export const make = () => ({ a: ${channel("a")}, b: [${channel("b")}] as const, c: 1 });\n`,
    "src/index.ts": `import { make } from "./make.js";\nexport const { a: first, b: [second], c } = make();\n`,
  });
  expect(await summary(reader)).toEqual(["first src/index.ts", "second src/index.ts"]);
});

describe("a package of the workspace", { timeout }, () => {
  /** An app, and a package whose sources it imports through a link in node_modules. */
  function workspace(index: string, payload = "{ text: string }") {
    const made = project(
      {
        "app/tsconfig.json": tsconfig,
        "app/package.json": `{ "type": "module" }`,
        "app/src/index.ts": index,
        "shared/package.json": `{ "name": "@acme/shared", "type": "module", "exports": "./src/index.ts" }`,
        "shared/src/index.ts": `export * from "./chat.js";\n`,
        "shared/src/chat.ts": `${channelSource("chat", payload)}${channelSource("news").split("\n").slice(1).join("\n")}`,
      },
      "app",
    );
    const link = path.join(made.root, "app/node_modules/@acme/shared");
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(made.root, "shared"), link, "dir");
    return made;
  }

  test("its channels are the project's where the project exports them", async () => {
    const { reader, write } = workspace(`export { chat as talk } from "@acme/shared";\n`);
    expect(await summary(reader)).toEqual(["talk src/index.ts"]);
    write("shared/src/chat.ts", channelSource("chat", "{ edited: true }"));
    expect(JSON.stringify((await reader.read()).model)).toContain("edited");
  });

  test("and aren't where it only uses them", async () => {
    const { reader } = workspace(`import { chat } from "@acme/shared";\nexport const run = () => chat;\n`);
    expect(await summary(reader)).toEqual([]);
  });

  test("an export of it that leads nowhere is told, since channels may be behind it", async () => {
    const { reader, write } = workspace(`export * from "@acme/shared";\n`);
    write("shared/src/index.ts", `export * from "./barrel.js";\n`);
    write(
      "shared/src/barrel.ts",
      `export * from "./index.js";\nexport * from "./chat.js";\nexport * from "./gone.js";\n`,
    );
    await expect(reader.read()).rejects.toMatchObject({
      problems: [{ code: "CODEGEN_IMPORT", place: { file: "../shared/src/barrel.ts", line: 3 } }],
    });
    write("shared/src/gone.ts", channelSource("late"));
    expect((await summary(reader)).sort()).toEqual([
      "chat src/index.ts",
      "late src/index.ts",
      "news src/index.ts",
    ]);
  });

  test("what is wrong in it is shown where it stands", async () => {
    const torn = workspace(`export * from "@acme/shared";\n`);
    torn.write("shared/src/index.ts", `export * from "./chat.js";\nexport const torn = (;\n`);
    await expect(torn.reader.read()).rejects.toMatchObject({
      problems: [{ code: "CODEGEN_SYNTAX", place: { file: "../shared/src/index.ts", line: 2 } }],
    });
    const { reader } = workspace(`export * from "@acme/shared";\n`, "{ undo(): void }");
    await expect(reader.read()).rejects.toMatchObject({
      problems: [{ code: "CODEGEN_TYPE", place: { file: "../shared/src/chat.ts", line: 4 } }],
    });
  });
});

test("an installed package's channels are the project's where the project exports them", {
  timeout,
}, async () => {
  const { reader, root } = project({ "src/index.ts": `export * from "kin";\nexport * from "stranger";\n` });
  const install = (name: string, manifest: object, text: string) => {
    const folder = path.join(root, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, "package.json"),
      JSON.stringify({ name, types: "index.d.ts", ...manifest }),
    );
    writeFileSync(path.join(folder, "index.d.ts"), text);
  };
  const declared = `import { realtime } from "halyard";
export declare const theirs: ReturnType<typeof realtime.channel<"theirs", { done: { schema: never } }>>;\n`;
  install("between", { peerDependencies: { halyard: "*" } }, "export {};\n");
  install("kin", { dependencies: { between: "*" } }, declared);
  install("stranger", {}, "export declare const nothing: 1;\n");
  expect(await summary(reader)).toEqual(["theirs src/index.ts"]);
});
