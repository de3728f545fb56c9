/** `halyard` at a real terminal: what it asks, shows, and leaves on the screen. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { cli, makeProject, type Project } from "../support/halyard.js";
import { endAll, start } from "../support/process.js";

vi.setConfig({ testTimeout: 60_000 });

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

/** Whether there is the `script` of util-linux, which gives a program a terminal of its own. */
const hasTerminals = (() => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return false;
  }
})();

/** Runs it at a terminal: what it writes comes from there, and what is typed goes there. */
function atTerminal({ at }: Project, argv: string, env: NodeJS.ProcessEnv = {}) {
  const command = `${process.execPath} ${cli} ${argv}`;
  const given = { TERM: "xterm", CI: "", FORCE_COLOR: undefined, ...env };
  return start("script", ["-qec", command, "/dev/null"], given, at("."));
}

const ESC = "\u001b";

test.skipIf(!hasTerminals)("init asks, and writes what is answered", async () => {
  const there = project();
  const running = atTerminal(there, "init");
  await running.printed(/Their numbers, with spaces between \[1\]: /);
  running.child.stdin?.write("1\r");
  await running.printed(/Commit it\? \[Y\/n\] /);
  running.child.stdin?.write("n\r");
  await running.printed(/Add the scripts .* to package\.json\? \[y\/N\] /);
  running.child.stdin?.write("\r");
  expect(await running.exited).toBe(0);
  expect(running.stdout).toMatch(/Wrote channels\.config\.[jt]s\.\r\nWrote \.gitignore\.\r\n/);
  expect(there.read(".gitignore")).toBe("/src/halyard.gen.ts\n");
  expect((await there.run("generate")).out).toBe("Wrote 1 channel in src/halyard.gen.ts.\n");
});

test.skipIf(!hasTerminals).each([
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
])("%s at a question writes nothing", async (_, key) => {
  const there = project();
  const before = readdirSync(there.at("."));
  const running = atTerminal(there, "init");
  await running.printed(/Their numbers/);
  running.child.stdin?.write(key);
  expect(await running.exited).toBe(1);
  expect(running.stdout).toContain("Nothing was written.");
  expect(readdirSync(there.at("."))).toEqual(before);
});

/** An emitter that keeps the thread busy for longer than nothing is said. */
const slow = `import { defineEmitter } from "halyard/codegen";
const slow = defineEmitter({
  name: "slow",
  out: "slow.txt",
  emit(_, { mark }) {
    const end = performance.now() + 900;
    while (performance.now() < end);
    return mark;
  },
});
export default { outputs: [slow] };
`;

test.skipIf(!hasTerminals)("what takes long says what it is at, and leaves nothing of that", async () => {
  const running = atTerminal(project({ "channels.config.mjs": slow }), "generate");
  expect(await running.exited).toBe(0);
  const [progress = "", result] = running.stdout.split(/(?=Wrote)/);
  expect(progress).toMatch(/⠋|⠙|⠹|⠸|⠼|⠴|⠦|⠧|⠇|⠏/);
  expect(progress).toContain("Making the outputs … ");
  // All on one line, which is cleared at last.
  expect(progress).not.toContain("\n");
  expect(progress.endsWith(`\r${ESC}[2K`)).toBe(true);
  expect(result).toBe("Wrote 1 channel in slow.txt.\r\n");
});

test.skipIf(!hasTerminals).each<[name: string, argv: string, env: NodeJS.ProcessEnv]>([
  ["in CI", "generate", { CI: "true" }],
  ["with --silent", "generate --silent", {}],
  ["with --json", "generate --json", {}],
])("%s it says nothing of that", async (_, argv, env) => {
  const running = atTerminal(project({ "channels.config.mjs": slow }), argv, env);
  expect(await running.exited).toBe(0);
  expect(running.stdout).not.toContain(ESC);
  expect(running.stdout).not.toContain("Making");
});

test.skipIf(!hasTerminals)("problems are coloured, unless NO_COLOR is set", async () => {
  const there = project({ "src/chat.ts": "export const chat = 1;\n" });
  const coloured = atTerminal(there, "generate", { NO_COLOR: undefined });
  expect(await coloured.exited).toBe(1);
  expect(coloured.stdout).toContain(`${ESC}[31merror${ESC}[39m ${ESC}[90mCODEGEN_NO_CHANNELS${ESC}[39m: `);
  const plain = atTerminal(there, "generate", { NO_COLOR: "1" });
  expect(await plain.exited).toBe(1);
  expect(plain.stdout).toContain("error CODEGEN_NO_CHANNELS: ");
});
