// @ts-check
/**
 * A page that is followed by pasting: the files and commands of its sections, in their order. A file is a TypeScript fence whose
 * first line is `// file: name`, marked "no-check" or not, or a fence that opens with "json name". A fence "sh" is commands, and
 * one that opens with nothing quotes what a command says.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fencesOf } from "./fences.mjs";
import { link } from "./installed.mjs";
import { compilers, run } from "./repo.mjs";
import { writeTree } from "./temp-tree.mjs";

/** @typedef {{ file: string, text: string } | { command: string } | { quote: string }} Step */

/** @param {string} markdown @returns {Map<string, Step[]>} The steps of each section, by its heading. */
export function sectionsOf(markdown) {
  const sections = markdown.split(/^##+ +/m).slice(1);
  return new Map(sections.map((text) => [text.split("\n", 1)[0]?.trim() ?? "", stepsOf(text)]));
}

/** @param {string} section @returns {Step[]} */
const stepsOf = (section) => fencesOf(section).flatMap(stepsIn);

/** @param {import("./fences.mjs").Fence} fence @returns {Step[]} */
function stepsIn({ info: [kind = "", name = ""], lines }) {
  const text = `${lines.join("\n")}\n`;
  if (kind === "json" && name) return [{ file: name, text }];
  if (kind === "sh") return lines.filter(Boolean).map((command) => ({ command }));
  if (kind === "") return [{ quote: lines.join(" ") }];
  const [, file = ""] = /^\/\/ file: *(\S+)/.exec(lines[0] ?? "") ?? [];
  return file ? [{ file, text }] : [];
}

/**
 * Runs a command of the page in a project. What it would install is linked from this repository, and another compiler is
 * one of those that are installed here.
 *
 * @param {string} command
 * @param {string} project
 */
export function execute(command, project) {
  const installs = /^npm install (.*)$/.exec(command)?.[1];
  if (installs !== undefined) {
    link(
      installs.split(/\s+/).filter((word) => !word.startsWith("-") && word !== "halyard"),
      project,
    );
    return { ok: true, output: "" };
  }
  const line = command
    .replace(/^npx -p (typescript)@(\S+) tsc/, (_, name, version) => {
      const compiler = compilers.find((one) => one.name === `${name}-${version}`);
      if (!compiler) throw new Error(`"${command}": TypeScript ${version} isn't installed here.`);
      return `node "${compiler.tsc}"`;
    })
    .replace(/^npx (\S+)/, "node_modules/.bin/$1");
  return run("sh", ["-c", `NO_COLOR=1 ${line}`], { cwd: project, timeout: 120_000 });
}

/** @param {Step[]} steps @param {string} project @returns {string[]} What failed. */
export function follow(steps, project) {
  return steps.flatMap((step) => {
    if ("file" in step) writeTree(project, { [step.file]: step.text });
    if (!("command" in step)) return [];
    const { ok, output } = execute(step.command, project);
    return ok ? [] : [`${step.command}: failed\n${output}`];
  });
}

/**
 * Runs the commands again, but for those that install something, until one fails.
 *
 * @param {Step[]} steps
 * @param {string} project
 * @returns {string | undefined} What it said; `undefined` where none failed.
 */
export function firstFailure(steps, project) {
  for (const step of steps) {
    if (!("command" in step) || step.command.startsWith("npm ")) continue;
    const { ok, output } = execute(step.command, project);
    if (!ok) return output;
  }
  return undefined;
}

/** @param {string} project @param {string} file @param {string} from @param {string} to */
export function edit(project, file, from, to) {
  const target = path.join(project, file);
  const text = readFileSync(target, "utf8");
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(target, text.replaceAll(from, to));
}
