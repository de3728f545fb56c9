/** `halyard init`: a config to begin with, and what Git should know of the outputs. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { findConfigFile } from "../config/find.js";
import { failure, reasonOf } from "../errors.js";
import type { Options } from "./arguments.js";
import {
  addLines,
  addScripts,
  type Choice,
  choices,
  configSource,
  gitAttributes,
  gitIgnore,
} from "./init-files.js";
import type { ExitCode, Io } from "./io.js";
import { say, shown } from "./report.js";

interface Answers {
  readonly outputs: readonly Choice[];
  readonly commit: boolean;
  readonly scripts: boolean;
}

/** Asks, and writes. What is there already is left as it is. */
export async function runInit(options: Options, io: Io): Promise<ExitCode> {
  const existing = findConfigFile(io.cwd);
  if (existing !== undefined) {
    say(
      options,
      io,
      `${shown(existing, io)} is there already, and is left as it is. Run \`halyard generate\`.`,
    );
    return 0;
  }
  const manifest = path.join(io.cwd, "package.json");
  const answers =
    io.ask && !options.yes && !options.silent
      ? await askAll(io.ask, io, existsSync(manifest))
      : { outputs: choices.slice(0, 1), commit: true, scripts: false };
  if (answers === undefined) {
    io.error("Nothing was written.\n");
    return 1;
  }
  const config = path.join(io.cwd, configName(io.cwd));
  const git = path.join(io.cwd, answers.commit ? ".gitattributes" : ".gitignore");
  const lines = answers.commit
    ? answers.outputs.filter(({ isReviewed }) => !isReviewed).map(({ out }) => gitAttributes(out))
    : answers.outputs.map(({ out }) => gitIgnore(out));
  // Read and made before anything is written.
  const edits = new Map([
    [config, configSource(answers.outputs, options.project)],
    [git, addLines(read(git), lines)],
  ]);
  if (answers.scripts) edits.set(manifest, addScripts(read(manifest)));
  for (const [file, text] of edits) {
    if (read(file) === text) continue;
    const was = existsSync(file);
    write(file, text);
    say(options, io, `${was ? "Added to" : "Wrote"} ${shown(file, io)}.`);
  }
  sayNext(options, io, answers);
  return 0;
}

/** The answers, or `undefined` where the user left. */
async function askAll(
  ask: NonNullable<Io["ask"]>,
  io: Io,
  hasManifest: boolean,
): Promise<Answers | undefined> {
  io.out("What shall be written?\n");
  for (const [i, { call, what }] of choices.entries()) io.out(`  ${i + 1}  ${call.padEnd(12)} ${what}\n`);
  let outputs: readonly Choice[] | undefined;
  while (!outputs) {
    const answer = await ask("Their numbers, with spaces between [1]: ");
    if (answer === undefined) return undefined;
    outputs = chosen(answer);
    if (!outputs) io.out(`Numbers from 1 to ${choices.length}, please.\n`);
  }
  io.out(
    "\nCommit what is written? It is small and the same on every machine: reviews show what changes for\n",
  );
  io.out("clients, a fresh clone compiles at once, and `halyard check` in CI tells what is stale.\n");
  const commit = await confirm(ask, io, "Commit it", true);
  if (commit === undefined) return undefined;
  const scripts = hasManifest
    ? await confirm(ask, io, "\nAdd the scripts `channels` and `channels:check` to package.json", false)
    : false;
  if (scripts === undefined) return undefined;
  io.out("\n");
  return { outputs, commit, scripts };
}

function chosen(answer: string): readonly Choice[] | undefined {
  const numbers = answer.trim() === "" ? ["1"] : answer.trim().split(/[\s,]+/);
  const picked = [...new Set(numbers)].map((number) => choices[Number(number) - 1]);
  return picked.every((choice) => choice !== undefined) ? picked : undefined;
}

async function confirm(ask: NonNullable<Io["ask"]>, io: Io, question: string, otherwise: boolean) {
  for (;;) {
    const answer = await ask(`${question}? [${otherwise ? "Y/n" : "y/N"}] `);
    if (answer === undefined) return undefined;
    if (answer.trim() === "") return otherwise;
    if (/^y(es)?$/i.test(answer.trim())) return true;
    if (/^no?$/i.test(answer.trim())) return false;
    io.out("y or n, please.\n");
  }
}

/**
 * TypeScript where it can be loaded: by Node itself, or by jiti. A package that isn't `"type": "module"` needs the name to
 * say that this is one.
 */
function configName(cwd: string): string {
  const { typescript }: { readonly typescript?: unknown } = Object(process.features);
  const extension = typescript || isInstalled("jiti", cwd) ? "ts" : "js";
  return `channels.config.${isModule(cwd) ? "" : "m"}${extension}`;
}

function isModule(cwd: string): boolean {
  for (let folder = cwd, last = ""; folder !== last; last = folder, folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) return /"type"\s*:\s*"module"/.test(read(file));
  }
  return false;
}

function isInstalled(name: string, cwd: string): boolean {
  try {
    createRequire(path.join(cwd, "x.js")).resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

const read = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw failure("CODEGEN_WRITE", `${file} can't be written: ${reasonOf(cause)}`, undefined, cause);
  }
}

function sayNext(options: Options, io: Io, { commit, scripts }: Answers): void {
  const generate = scripts ? "npm run channels" : "npx halyard generate";
  const check = scripts ? "npm run channels:check" : "npx halyard check";
  const steps: readonly (readonly [command: string, what: string])[] = [
    ...(isInstalled("ts-morph", io.cwd) ? [] : [["npm install -D ts-morph", "reads your types"] as const]),
    [generate, `writes the outputs; with ${scripts ? "-- " : ""}--watch after each change`],
    commit
      ? [check, "in CI: fails where they are stale"]
      : [generate, "before each build, since they aren't committed"],
  ];
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
  say(options, io, `\nNext:\n${lines.join("\n")}`);
}
