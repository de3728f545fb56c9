// @ts-check
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findChromium } from "./lib/chromium.mjs";
import { chooseSteps, runSteps } from "./lib/run-steps.mjs";
import { withTree } from "./lib/temp-tree.mjs";

const node = (/** @type {string} */ code) => [process.execPath, "-e", code];
const good = { name: "good", commands: [node("console.log('fine')")] };
const bad = { name: "bad", commands: [node("console.log('out'); console.error('err'); process.exit(3)")] };
const lacking = { name: "lacking", commands: [node("")], lacks: () => "it isn't installed; `x` installs it" };

/** @param {import("./steps.mjs").Step[]} steps @param {number} [timeLimit] */
async function run(steps, ci = false, timeLimit) {
  /** @type {string[]} */
  const lines = [];
  const ok = await runSteps(steps, {
    print: (line) => lines.push(line),
    ci,
    ...(timeLimit === undefined ? {} : { timeLimit }),
  });
  return { ok, lines, text: lines.join("\n"), last: lines.at(-1) };
}

test("a success is one line, and the last line counts", async () => {
  const { ok, text, last } = await run([good]);
  assert.equal(ok, true);
  assert.match(text, /^good …\npassed good \(\d+\.\d s\)\n\ngood {2}passed/);
  assert.doesNotMatch(text, /fine/);
  assert.equal(last, "1 passed, 0 failed, 0 skipped");
});

test("a failure shows all output, and the steps after it run", async () => {
  const { ok, text, last } = await run([bad, good]);
  assert.equal(ok, false);
  assert.match(text, /out\nerr\nfailed: node -e .*\nFAILED bad/);
  assert.match(text, /\ngood {2}passed/);
  assert.equal(last, "1 passed, 1 failed, 0 skipped");
});

test("all commands of a step run, even after one failed", async () => {
  const { text } = await run([
    { name: "both", commands: [...bad.commands, node("console.log('2nd'); process.exit(1)")] },
  ]);
  assert.match(text, /out[\s\S]*2nd/);
});

test("a program that isn't there is a failure", async () => {
  const { ok, text } = await run([{ name: "gone", commands: [["./no-such-program"]] }]);
  assert.equal(ok, false);
  assert.match(text, /ENOENT/);
});

test("a command that hangs is ended with all that it started, and is a failure", async () => {
  const hangs = "console.log(process.pid); setInterval(() => {}, 1000)";
  const starts = `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(hangs)}],
    { stdio: "inherit" }); setInterval(() => {}, 1000)`;
  const { ok, text } = await run([{ name: "hangs", commands: [node(starts)] }, good], false, 2_000);
  assert.equal(ok, false);
  assert.match(text, /ended after 2 s: it took too long/);
  assert.match(text, /\npassed good /);
  const pid = Number(/^\d+$/m.exec(text)?.[0]);
  assert.ok(pid > 0);
  // It is gone, or not yet buried.
  const alive = () => spawnSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" }).stdout.trim();
  assert.match(alive(), /^(Z|$)/);
});

test("nothing runs after a needed step that failed", async () => {
  const { ok, text, last } = await run([{ ...bad, needed: true }, good]);
  assert.equal(ok, false);
  assert.match(text, /SKIPPED good: "bad" failed, and this needs it/);
  assert.equal(last, "0 passed, 1 failed, 1 skipped");
});

test("a step that lacks something is skipped aloud, but fails in CI", async () => {
  const local = await run([good, lacking]);
  assert.equal(local.ok, true);
  assert.ok(local.lines.includes("SKIPPED lacking: it isn't installed; `x` installs it"));
  assert.equal(local.last, "1 passed, 0 failed, 1 skipped");

  const ci = await run([good, lacking], true);
  assert.equal(ci.ok, false);
  assert.ok(ci.lines.includes("FAILED lacking: it isn't installed; `x` installs it"));
  assert.equal(ci.last, "1 passed, 1 failed, 0 skipped");
});

test("steps are chosen by name and run in their own order", () => {
  assert.deepEqual(chooseSteps([good, bad, lacking], ["lacking", "good"]), [good, lacking]);
  assert.deepEqual(chooseSteps([good, bad], []), [good, bad]);
});

test("what a step uses runs with it", () => {
  const broker = { name: "broker", provide: async () => ({ note: "7.0 at x" }) };
  const user = { ...good, name: "user", uses: ["broker"] };
  assert.deepEqual(chooseSteps([broker, good, user], ["user"]), [broker, user]);
  assert.deepEqual(chooseSteps([broker, good, user], ["good"]), [good]);
});

test("what is found is said; what isn't is skipped aloud, and fails in CI; what is wrong fails", async () => {
  const found = { name: "found", provide: async () => ({ note: "7.0 at x" }) };
  const missing = { name: "missing", provide: async () => ({ lacks: "`x` installs it" }) };
  const wrong = { name: "wrong", provide: () => Promise.reject(new Error("no answer")) };
  const local = await run([found, missing, good]);
  assert.equal(local.ok, true);
  assert.ok(local.lines.includes("passed found: 7.0 at x"));
  assert.ok(local.lines.includes("SKIPPED missing: `x` installs it"));
  assert.equal(local.last, "2 passed, 0 failed, 1 skipped");
  assert.equal((await run([missing], true)).last, "0 passed, 1 failed, 0 skipped");
  const { last, lines } = await run([wrong, good]);
  assert.ok(lines.includes("FAILED wrong: no answer"));
  assert.equal(last, "1 passed, 1 failed, 0 skipped");
});

test("an unknown step ends with the list of steps", () => {
  const script = fileURLToPath(new URL("test.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, "lint", "nonsense"], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /There is no step "nonsense"\. Steps: build, lint, types, .*, end-to-end\.\n$/);
});

test("Chromium is found by CHROMIUM_PATH or on the PATH", () =>
  withTree({ "bin/chromium-browser": "", "plain.txt": "" }, (folder) => {
    const program = path.join(folder, "bin", "chromium-browser");
    chmodSync(program, 0o755);
    assert.equal(findChromium({ CHROMIUM_PATH: program }), program);
    assert.equal(
      findChromium({ CHROMIUM_PATH: path.join(folder, "plain.txt"), PATH: path.dirname(program) }),
      undefined,
    );
    assert.ok(findChromium({ PATH: path.dirname(program) }));
  }));
