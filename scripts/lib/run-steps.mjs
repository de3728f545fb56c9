// @ts-check
import { spawn } from "node:child_process";
import { root } from "./repo.mjs";

/** @typedef {import("../steps.mjs").Step} Step */
/** @typedef {{ name: string, outcome: "passed" | "failed" | "skipped", note: string }} Result */
/** @typedef {(line: string) => void} Print */
/**
 * @typedef {object} Options
 * @property {Print} print
 * @property {boolean} ci A step that lacks something fails instead of being skipped.
 * @property {number} [timeLimit] Milliseconds that a command may take. Default: 20 minutes.
 */

/** A command that hangs is a failure. In milliseconds. */
const TIME_LIMIT = 20 * 60_000;

/** Commands lead a group of processes each, so that none outlives them. */
const hasGroups = process.platform !== "win32";

/**
 * The steps that were asked for and those that they use, in their own order; all where none was asked for.
 *
 * @param {Step[]} steps
 * @param {string[]} names
 */
export function chooseSteps(steps, names) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no step "${unknown}". Steps: ${steps.map(({ name }) => name).join(", ")}.`);
  }
  const chosen = new Set(names);
  for (const { name, uses = [] } of steps) if (chosen.has(name)) for (const used of uses) chosen.add(used);
  return names.length === 0 ? steps : steps.filter(({ name }) => chosen.has(name));
}

/**
 * Runs steps one after the other and prints what became of them; the last line counts.
 *
 * @param {Step[]} steps
 * @param {Options} options
 * @returns {Promise<boolean>} Whether no step failed.
 */
export async function runSteps(steps, options) {
  const { print } = options;
  /** @type {Result[]} */
  const results = [];
  /** @type {Step | undefined} */
  let broken;
  for (const step of steps) {
    const result = broken
      ? skip(step, `"${broken.name}" failed, and this needs it`, print)
      : await runStep(step, options);
    results.push(result);
    if (step.needed && result.outcome === "failed") broken = step;
  }

  const width = Math.max(...steps.map(({ name }) => name.length));
  print("");
  for (const { name, outcome, note } of results)
    print(`${name.padEnd(width)}  ${outcome.padEnd(7)}  ${note}`);
  const count = (/** @type {Result["outcome"]} */ outcome) =>
    results.filter((result) => result.outcome === outcome).length;
  print("");
  print(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`);
  return count("failed") === 0;
}

/**
 * @param {Step} step
 * @param {Options} options
 * @returns {Promise<Result>}
 */
async function runStep(step, { print, ci, timeLimit = TIME_LIMIT }) {
  const { name, commands = [], live = [] } = step;
  const provided = await provide(step);
  const lacking = step.lacks?.() ?? provided.lacks;
  if (lacking && !ci) return skip(step, lacking, print);
  const trouble = lacking ?? provided.trouble;
  if (trouble) {
    print(`FAILED ${name}: ${trouble}`);
    return { name, outcome: "failed", note: trouble };
  }
  if (provided.note) {
    print(`passed ${name}: ${provided.note}`);
    return { name, outcome: "passed", note: provided.note };
  }

  print(`${name} …`);
  const start = performance.now();
  const failed = [];
  // All of them, even after a failure: each has something of its own to say.
  for (const command of [...commands, ...live]) {
    const { ok, output } = await execute(command, { live: live.includes(command), timeLimit });
    if (ok) continue;
    failed.push(readable(command));
    if (output) print(output.trimEnd());
    print(`failed: ${readable(command)}`);
  }
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  print(`${failed.length === 0 ? "passed" : "FAILED"} ${name} (${seconds})`);
  return failed.length === 0
    ? { name, outcome: "passed", note: seconds }
    : { name, outcome: "failed", note: failed.join("; ") };
}

/** @param {Step} step @returns {Promise<{ note?: string, lacks?: string, trouble?: string }>} */
async function provide(step) {
  try {
    return (await step.provide?.()) ?? {};
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {Step} step @param {string} why @param {Print} print @returns {Result} */
function skip({ name }, why, print) {
  print(`SKIPPED ${name}: ${why}`);
  return { name, outcome: "skipped", note: why };
}

/**
 * @param {string[]} command
 * @param {{ live: boolean, timeLimit: number }} options `live`: its output is shown while it comes; otherwise it is collected.
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function execute([program = "", ...args], { live, timeLimit }) {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, { cwd: root, stdio: live ? "inherit" : "pipe", detached: hasGroups });
    const kill = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (child.pid) process.kill(hasGroups ? -child.pid : child.pid, signal);
      } catch {
        // It has ended by itself.
      }
    };
    // A group of its own doesn't hear what a terminal tells ours.
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      kill(signal);
      process.exit(1);
    };
    const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
    for (const signal of signals) process.once(signal, passOn);
    const end = (/** @type {boolean} */ ok, /** @type {string} */ last) => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, passOn);
      resolve({ ok, output: output + last });
    };
    const timer = setTimeout(() => {
      kill("SIGKILL");
      // What a child of its own still holds open would be waited for, for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
      end(false, `\nended after ${timeLimit / 1000} s: it took too long`);
    }, timeLimit);
    child.stdout?.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => end(false, error.message));
    child.on("close", (code, signal) => end(code === 0, signal ? `\nended by ${signal}` : ""));
  });
}

/** @param {string[]} command */
const readable = (command) =>
  command.map((word) => (word === process.execPath ? "node" : word.replace(`${root}/`, ""))).join(" ");
