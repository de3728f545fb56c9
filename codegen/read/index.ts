/** Reads a project with ts-morph. Nothing outside of this folder knows a compiler. */
import path from "node:path";
import type { ts } from "ts-morph";
import { type Problem, throwProblems } from "../errors.js";
import { MODEL_VERSION } from "../model.js";
import type { ReaderOptions, ReadInputs, ReadResult, Session } from "../reader.js";
import { type Found, readChannels } from "./channels.js";
import { findConfig, readConfigs } from "./config.js";
import { conflicts } from "./conflicts.js";
import { createContext } from "./context.js";
import { ownFiles } from "./exports.js";
import { namesOutput } from "./imports.js";
import { placeOf } from "./place.js";
import { createProgram } from "./program.js";
import { syntaxProblems } from "./syntax.js";

/** Opens a project. */
export function openSession(options: ReaderOptions): Session {
  let inputs: ReadInputs = { files: [], missing: [], directories: [] };
  return {
    read: () => readProject(options, (latest) => (inputs = latest)),
    inputs: () => inputs,
  };
}

function readProject(
  { cwd, project, outputNames }: ReaderOptions,
  note: (inputs: ReadInputs) => void,
): ReadResult {
  const files = new Set<string>();
  const inputs = () => ({ files: [...files], missing: [], directories: [root] });
  const config = findConfig(cwd, project);
  const root = path.dirname(config);
  const problems: Problem[] = [];
  const found = new Map<string, Found>();
  files.add(config);
  note(inputs());
  for (const part of readConfigs(config)) {
    const program = createProgram(part);
    for (const { fileName } of program.getSourceFiles()) files.add(fileName);
    note(inputs());
    const own = ownFiles(program);
    problems.push(...syntaxProblems(program, own, root));
    throwProblems(problems);
    const context = createContext(program, root, new Set(own), problems);
    const isMissing = ({ text }: ts.StringLiteral) => !outputNames.some((name) => namesOutput(text, name));
    for (const entry of readChannels(own, context, isMissing)) {
      // A file may belong to two of a solution's projects.
      const { file, line, column } = placeOf(entry.node, root);
      const key = `${file}:${line}:${column}`;
      if (!found.has(key)) found.set(key, entry);
    }
  }
  throwProblems(problems);
  const channels = [...found.values()].sort(byPlace);
  throwProblems(conflicts(channels, root));
  const places = new Map(channels.map(({ channel, node }) => [channel.id, node]));
  return {
    root,
    inputs: inputs(),
    model: { version: MODEL_VERSION, channels: channels.map(({ channel }) => channel) },
    placeOf(id) {
      const node = places.get(id);
      return node && placeOf(node, root);
    },
  };
}

/** By file and place: not by the order in which a compiler loads files, or a solution's projects. */
function byPlace(a: Found, b: Found): number {
  if (a.channel.file !== b.channel.file) return a.channel.file < b.channel.file ? -1 : 1;
  return a.node.pos - b.node.pos;
}
