/** `halyard generate --watch`, as a user runs it: in a process, until a signal ends it. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { channelSource, makeProject, type Project } from "../support/halyard.js";
import { endAll } from "../support/process.js";

vi.setConfig({ testTimeout: 120_000 });

const projects: Project[] = [];
afterEach(async () => {
  await endAll();
  for (const { remove } of projects.splice(0)) remove();
});

function project(files: Readonly<Record<string, string>> = {}): Project {
  const made = makeProject(files);
  projects.push(made);
  return made;
}

const config = (out: string) => `import { typescript } from "halyard/codegen";
import { folder } from "./folder.mjs";
export default { outputs: [typescript({ out: folder + "/${out}" })] };
`;

test("generates at once and on change, and Ctrl-C ends it", async () => {
  const { start, write, read, at } = project();
  const watching = start("generate", "--watch");
  await watching.printed(
    /^Wrote 1 channel in src\/halyard\.gen\.ts\.\nWatching for changes\. Ctrl-C ends it\.\n$/,
  );
  write("src/news.ts", channelSource("news"));
  await watching.printed(/\nWrote 2 channels in src\/halyard\.gen\.ts \(\d+ ms\)\.\n$/);
  expect(read("src/halyard.gen.ts")).toContain("export const news");
  write("src/news.ts", channelSource("news", "any"));
  await vi.waitFor(() => expect(watching.stderr).toContain("error CODEGEN_ANY"), 20_000);
  expect(watching.stderr).toContain("1 problem; nothing was written.\n");
  write("src/news.ts", channelSource("news"));
  await watching.printed(/\nAll is well again: 2 channels, as before \(\d+ ms\)\.\n$/);
  watching.child.kill("SIGINT");
  expect(await watching.exited).toBe(0);
  expect(existsSync(at("src/halyard.gen.ts"))).toBe(true);
});

test("a config that changes, what it imports, one that breaks, one that goes", async () => {
  const { start, write, at } = project({
    "channels.config.mjs": config("a.gen.ts"),
    "folder.mjs": `export const folder = "src";`,
  });
  const watching = start("generate", "-w");
  await watching.printed(/Wrote 1 channel in src\/a\.gen\.ts\./);
  write("folder.mjs", `export const folder = "src/one";`);
  await watching.printed(/Wrote 1 channel in src\/one\/a\.gen\.ts/);
  write("folder.mjs", `export const folder = "src/two";`);
  await watching.printed(/Wrote 1 channel in src\/two\/a\.gen\.ts/);
  write("folder.mjs", "export const folder = ;");
  await vi.waitFor(
    () => expect(watching.stderr).toContain("folder.mjs:1:23 - error CODEGEN_CONFIG: channels.config.mjs"),
    20_000,
  );
  write("folder.mjs", `export const folder = "src/three";`);
  await watching.printed(/Wrote 1 channel in src\/three\/a\.gen\.ts/);
  execFileSync("rm", [at("channels.config.mjs")]);
  await watching.printed(/Wrote 1 channel in src\/halyard\.gen\.ts/);
  write("channels.config.ts", config("b.gen.ts").replace("folder +", "(folder as string) +"));
  await watching.printed(/Wrote 1 channel in src\/three\/b\.gen\.ts/);
  write("folder.mjs", `export const folder = "src/four";`);
  await watching.printed(/Wrote 1 channel in src\/four\/b\.gen\.ts/);
  watching.child.kill("SIGTERM");
  expect(await watching.exited).toBe(0);
});

test("--json is one line for each run", async () => {
  const { start, write } = project({ "src/chat.ts": channelSource("chat", "any") });
  const watching = start("generate", "--watch", "--json");
  await watching.printed(/\n/);
  write("src/chat.ts", channelSource("chat"));
  await watching.printed(/\n.+\n/);
  watching.child.kill("SIGINT");
  expect(await watching.exited).toBe(0);
  const [first = "", second = "", ...rest] = watching.stdout.split("\n");
  expect(JSON.parse(first)).toMatchObject({ status: "error", problems: [{ code: "CODEGEN_ANY" }] });
  expect(JSON.parse(second)).toMatchObject({ status: "ok", channels: 1, files: [{ status: "created" }] });
  expect(rest).toEqual([""]);
  expect(watching.stderr).toBe("");
});

test("ended while it reads, it writes nothing", async () => {
  // The config tells when the run has begun; reading comes next.
  const { start, at } = project({ "channels.config.mjs": `console.log("loaded"); export default {};` });
  const watching = start("generate", "--watch");
  await watching.printed(/loaded/);
  watching.child.kill("SIGINT");
  expect(await watching.exited).toBe(0);
  expect(watching.stdout).toBe("loaded\n");
  expect(existsSync(at("src/halyard.gen.ts"))).toBe(false);
});

test("what no change of a file can help ends it", async () => {
  const { run } = project({ "channels.config.mjs": "export default {};" });
  const { code, error } = await run("generate", "--watch", "--out", "src/a.ts");
  expect(code).toBe(1);
  expect(error).toContain("error CODEGEN_OPTIONS: There is a config");
});

/** Whether a user may lower their own limits: Linux, unless a container forbids it. */
const mayLimit = (() => {
  try {
    execFileSync("unshare", ["-Ur", "sh", "-c", "echo 5 > /proc/sys/user/max_inotify_watches"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!mayLimit)("where the system watches no more folders, it looks by itself", async () => {
  const { shell, write, read } = project({ "src/a/b/c/d/e/news.ts": channelSource("news") });
  const watching = shell(
    "exec unshare -Ur sh -c 'echo 5 > /proc/sys/user/max_inotify_watches && exec $halyard generate --watch'",
  );
  await watching.printed(/Watching for changes/);
  expect(watching.stderr).toMatch(/^The system watches no more folders .*max_user_watches/);
  write("src/a/b/c/d/e/news.ts", channelSource("news", "{ other: boolean }"));
  await watching.printed(/Wrote 2 channels in src\/halyard\.gen\.ts \(/);
  expect(read("src/halyard.gen.ts")).toContain("other: boolean");
  watching.child.kill("SIGINT");
  expect(await watching.exited).toBe(0);
  expect(watching.stderr.match(/watches no more/g)).toHaveLength(1);
});
