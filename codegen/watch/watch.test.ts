import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch as watchFolder,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { channelSource, makeProject, tsconfig } from "../fixtures/temp-project.js";
import { isCodegenError, typescript } from "../index.js";
import { type WatchOptions, type WatchRun, watch } from "./watch.js";

let cleanup: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of cleanup.reverse()) await end();
  cleanup = [];
});

/** A project that is watched, after its first run. */
async function watched(files: Readonly<Record<string, string>>, options: WatchOptions = {}) {
  const project = makeProject(files);
  cleanup.push(project.remove);
  const runs: WatchRun[] = [];
  let wake = () => {};
  const watching = watch(
    { cwd: project.root, ...options },
    {
      onRun(run) {
        runs.push(run);
        wake();
      },
    },
  );
  cleanup.push(() => watching.close());
  await watching.ready;
  const at = (name: string) => path.join(project.root, name);
  let seen = 1;
  /** The next run that this sets off. */
  async function runAfter(change: () => void): Promise<WatchRun> {
    expect(runs.length).toBe(seen);
    change();
    while (runs.length === seen)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    const run = runs[seen++];
    if (!run) throw new Error("There was no run.");
    return run;
  }
  const output = () => readFileSync(at("src/halyard.gen.ts"), "utf8");
  return { ...project, watching, runs, at, runAfter, output };
}

const chat = { "tsconfig.json": tsconfig, "src/chat.ts": channelSource("chat") };
const named = (name: string) => `export const ${name} =`;
const codeOf = ({ error }: WatchRun) => (isCodegenError(error) ? error.code : error);
const timeout = 60_000;

describe("what sets it off", { timeout }, () => {
  test("a start, a change, a file that comes, one that goes, one that is renamed", async () => {
    const { runs, write, runAfter, at, output } = await watched(chat);
    expect(runs[0]?.generated?.files.map(({ status }) => status)).toEqual(["created"]);
    const changed = await runAfter(() => write("src/chat.ts", channelSource("chat", "{ n: number }")));
    expect(changed.triggers).toEqual([at("src/chat.ts")]);
    expect(output()).toContain("n: number");
    await runAfter(() => write("src/news.ts", channelSource("news")));
    expect(output()).toContain(named("news"));
    await runAfter(() => renameSync(at("src/news.ts"), at("src/old.ts")));
    expect(output()).toContain("from src/old.ts");
    await runAfter(() => rmSync(at("src/old.ts")));
    expect(output()).not.toContain(named("news"));
  });

  test("an editor that saves into another file and renames it", async () => {
    const { write, runAfter, at, output } = await watched(chat);
    for (const payload of ["{ a: 1 }", "{ b: 2 }"]) {
      await runAfter(() => {
        write("src/.chat.ts.swp", channelSource("chat", payload));
        renameSync(at("src/.chat.ts.swp"), at("src/chat.ts"));
      });
      expect(output()).toContain(payload);
    }
  });

  test("a folder that comes, is renamed, goes and comes again", async () => {
    const { write, runAfter, at, output } = await watched(chat);
    await runAfter(() => write("src/a/b/news.ts", channelSource("news")));
    expect(output()).toContain("from src/a/b/news.ts");
    await runAfter(() => renameSync(at("src/a"), at("src/c")));
    expect(output()).toContain("from src/c/b/news.ts");
    await runAfter(() => write("src/c/b/news.ts", channelSource("late")));
    expect(output()).toContain(named("late"));
    await runAfter(() => rmSync(at("src/c"), { recursive: true }));
    expect(output()).not.toContain(named("late"));
    await runAfter(() => write("src/c/b/news.ts", channelSource("again")));
    expect(output()).toContain(named("again"));
    // Another folder takes its place, at once: it's that one that counts from now on.
    await runAfter(() => {
      rmSync(at("src/c"), { recursive: true });
      write("src/c/b/news.ts", channelSource("replaced"));
    });
    await runAfter(() => write("src/c/b/news.ts", channelSource("changed")));
    expect(output()).toContain(named("changed"));
  });

  test("the folder of all sources, gone with the output, that is empty when it comes again", async () => {
    const { root, write, runAfter, at, output } = await watched(chat);
    await runAfter(() => rmSync(at("src"), { recursive: true }));
    const noticed = watchFolder(root);
    const event = once(noticed, "change");
    mkdirSync(at("src"));
    await event;
    noticed.close();
    await runAfter(() => write("src/news.ts", channelSource("news")));
    expect(output()).toContain(named("news"));
  });

  test("what a channel's types are imported from", async () => {
    const { write, runAfter, output } = await watched({
      ...chat,
      "src/chat.ts": `import type { Text } from "./text.js";\n${channelSource("chat", "Text")}`,
      "src/text.ts": "export interface Text { first: string }\n",
    });
    await runAfter(() => write("src/text.ts", "export interface Text { second: string }\n"));
    expect(output()).toContain("second: string");
  });

  test("many changes at once are one run", async () => {
    const { write, runAfter, runs, output } = await watched(chat);
    const run = await runAfter(() => {
      for (let i = 0; i < 60; i++) write(`src/many/c${i}.ts`, channelSource(`c${i}`));
    });
    expect(run.generated?.models[0]?.channels).toHaveLength(61);
    // Whatever else it had heard of would come before this.
    await runAfter(() => write("src/chat.ts", channelSource("last")));
    expect(runs).toHaveLength(3);
    expect(output()).toContain(named("last"));
  });

  test("never what it wrote itself, nor what becomes of that", async () => {
    const { write, runAfter, at, runs } = await watched(chat, { config: { outputs: [typescript()] } });
    write("src/halyard.gen.ts", `${readFileSync(at("src/halyard.gen.ts"), "utf8")}\n`);
    rmSync(at("src/halyard.gen.ts"));
    const { triggers, generated } = await runAfter(() =>
      write("src/chat.ts", channelSource("chat", "{ n: 1 }")),
    );
    expect(triggers).toEqual([at("src/chat.ts")]);
    expect(generated?.files[0]?.status).toBe("created");
    await runAfter(() => write("src/chat.ts", channelSource("chat", "{ n: 2 }")));
    expect(runs).toHaveLength(3);
  });

  test("what changes where the system doesn't tell", async () => {
    const { write, runAfter, at, output } = await watched(chat, { poll: true });
    await runAfter(() => write("src/chat.ts", channelSource("chat", "{ longer: number }")));
    expect(output()).toContain("longer: number");
    await runAfter(() => write("src/a/news.ts", channelSource("news")));
    expect(output()).toContain(named("news"));
    await runAfter(() => rmSync(at("src/a"), { recursive: true }));
    expect(output()).not.toContain(named("news"));
  });
});

describe("what is wrong doesn't end it", { timeout }, () => {
  test("a source, at the start and later: the outputs stay until it is repaired", async () => {
    const { runs, write, runAfter, at, output } = await watched({
      ...chat,
      "src/chat.ts": channelSource("chat", "any"),
    });
    expect(runs.map(codeOf)).toEqual(["CODEGEN_ANY"]);
    expect(existsSync(at("src/halyard.gen.ts"))).toBe(false);
    await runAfter(() => write("src/chat.ts", channelSource("chat")));
    const before = output();
    expect(
      codeOf(await runAfter(() => write("src/chat.ts", `${channelSource("chat")}export const = ;`))),
    ).toBe("CODEGEN_SYNTAX");
    expect(output()).toBe(before);
    await runAfter(() => write("src/chat.ts", channelSource("chat", "{ n: 1 }")));
    expect(output()).toContain("n: 1");
  });

  test("a tsconfig that goes and comes back, and a project that has yet to come", async () => {
    const { runAfter, at } = await watched(chat);
    expect(codeOf(await runAfter(() => renameSync(at("tsconfig.json"), at("away.txt"))))).toBe(
      "CODEGEN_TSCONFIG_MISSING",
    );
    expect((await runAfter(() => writeFileSync(at("tsconfig.json"), "{"))).error).toBeDefined();
    expect((await runAfter(() => renameSync(at("away.txt"), at("tsconfig.json")))).error).toBeUndefined();

    const late = await watched({}, { project: "deep/server" });
    expect(late.runs.map(codeOf)).toEqual(["CODEGEN_TSCONFIG_MISSING"]);
    const { generated } = await late.runAfter(() => {
      late.write("deep/server/src/chat.ts", channelSource("chat"));
      late.write("deep/server/tsconfig.json", tsconfig);
    });
    expect(generated?.changed).toBe(true);
  });

  test("an output that someone else wrote", async () => {
    const { runs, runAfter, write, at } = await watched({ ...chat, "src/halyard.gen.ts": "mine" });
    expect(runs.map(codeOf)).toEqual(["CODEGEN_FOREIGN_FILE"]);
    const run = await runAfter(() => {
      rmSync(at("src/halyard.gen.ts"));
      write("src/chat.ts", channelSource("chat", "{ n: 1 }"));
    });
    expect(run.generated?.changed).toBe(true);
  });
});

test("what changes while it runs for the first time is not missed", { timeout }, async () => {
  const project = makeProject(chat);
  cleanup.push(project.remove);
  let phases = 0;
  const runs: WatchRun[] = [];
  await new Promise<void>((resolve) => {
    const watching = watch(
      {
        cwd: project.root,
        // What it emits was read before this.
        onPhase: (phase) =>
          phase === "emit" &&
          phases++ === 0 &&
          project.write("src/chat.ts", channelSource("chat", "{ late: true }")),
      },
      { onRun: (run) => runs.push(run) === 2 && resolve() },
    );
    cleanup.push(() => watching.close());
  });
  expect(runs[1]?.triggers).toEqual([path.join(project.root, "src/chat.ts")]);
  expect(readFileSync(path.join(project.root, "src/halyard.gen.ts"), "utf8")).toContain("late: true");
});

test("closed in the middle of a run, it writes nothing more", { timeout }, async () => {
  const project = makeProject(chat);
  cleanup.push(project.remove);
  const runs: WatchRun[] = [];
  const watching = watch({ cwd: project.root }, { onRun: (run) => runs.push(run) });
  await watching.close();
  await watching.ready;
  expect(runs).toEqual([]);
  expect(existsSync(path.join(project.root, "src/halyard.gen.ts"))).toBe(false);
});
