/** Reads a project with ts-morph. Nothing outside of this folder knows a compiler. */
import path from "node:path";
import { ts } from "ts-morph";
import { type Problem, throwProblems } from "../errors.js";
import { isBindingName } from "../identifier.js";
import { type ChannelModel, MODEL_VERSION } from "../model.js";
import type { ReadProject } from "../reader.js";
import { readChannel } from "./channel.js";
import { findConfig, readConfigs } from "./config.js";
import { type Context, createContext } from "./context.js";
import { isInternal } from "./doc.js";
import { type Exported, exportedValues, ownFiles } from "./exports.js";
import { type Facts, factsOf } from "./facts.js";
import { importBehind, importsNotFound, namesOutput } from "./imports.js";
import { placeOf } from "./place.js";
import { createProgram } from "./program.js";
import { syntaxProblems } from "./syntax.js";

const PACKAGE = "halyard";

/** A channel with the node that declares it. */
interface Found {
  readonly channel: ChannelModel;
  readonly node: ts.Node;
}

export const readProject: ReadProject = ({ cwd, project, outputName }) => {
  const config = findConfig(cwd, project);
  const root = path.dirname(config);
  const problems: Problem[] = [];
  const found = new Map<string, Found>();
  for (const part of readConfigs(config)) {
    const program = createProgram(part);
    const files = ownFiles(program);
    problems.push(...syntaxProblems(program, files, root));
    throwProblems(problems);
    const context = createContext(program, root, new Set(files), problems);
    const isMissing = ({ text }: ts.StringLiteral) =>
      outputName === undefined || !namesOutput(text, outputName);
    for (const entry of readExports(files, context, isMissing)) {
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
    model: { version: MODEL_VERSION, channels: channels.map(({ channel }) => channel) },
    placeOf(id) {
      const node = places.get(id);
      return node && placeOf(node, root);
    },
  };
};

function readExports(
  files: readonly ts.SourceFile[],
  context: Context,
  isMissing: (specifier: ts.StringLiteral) => boolean,
): readonly Found[] {
  const { checker, report } = context;
  const missing = files.flatMap((file) => importsNotFound(file, context)).filter(isMissing);
  const lost = (specifier: ts.StringLiteral, what: string) =>
    report(
      {
        code: "CODEGEN_IMPORT",
        message: `"${specifier.text}" can't be found, so ${what}.`,
        fix: `install it, or look at the tsconfig's "paths", "baseUrl" and "moduleResolution"`,
      },
      specifier,
    );
  for (const specifier of missing) {
    if (specifier.text === PACKAGE) lost(specifier, "no channel can be recognized");
    else if (ts.isExportDeclaration(specifier.parent)) lost(specifier, "what is exported from it is unknown");
  }

  const channels = exportedValues(files, checker).flatMap(
    (exported): { exported: Exported; facts: Facts }[] => {
      const type = checker.getTypeOfSymbol(exported.symbol);
      if (type.flags & ts.TypeFlags.Any) {
        const specifier = importBehind(exported.node, missing, checker);
        if (specifier && specifier.text !== PACKAGE)
          lost(specifier, `nobody can tell whether "${exported.name}" is a channel`);
        return [];
      }
      const facts = factsOf(type, checker);
      return facts && !isInternal(exported.symbol) ? [{ exported, facts }] : [];
    },
  );

  // What is made from a definition that is exported too, such as `run({ id: "1" })`, adds nothing to it.
  const definitions = channels.flatMap(({ facts }) => (facts.called ? [] : [facts]));
  const isMade = ({ called, name, map }: Facts) =>
    called && definitions.some((definition) => definition.name === name && definition.map === map);
  return channels
    .filter(({ facts }) => !isMade(facts))
    .map(({ exported, facts }) => {
      checkIdentifier(exported, context);
      return { channel: readChannel(exported, facts, context), node: exported.node };
    });
}

/** By file and place: not by the order in which a compiler loads files, or a solution's projects. */
function byPlace(a: Found, b: Found): number {
  if (a.channel.file !== b.channel.file) return a.channel.file < b.channel.file ? -1 : 1;
  return a.node.pos - b.node.pos;
}

function checkIdentifier({ name, node }: Exported, { report }: Context): void {
  if (isBindingName(name)) return;
  const message = `A channel is exported as "${name}", which can't name a constant.`;
  report({ code: "CODEGEN_IDENTIFIER", message, fix: "export it by another name" }, node);
}

/** Channels that share the name of their export, or the name that subscribers know them by. */
function conflicts(channels: readonly Found[], root: string): readonly Problem[] {
  const seen = new Map<string, Found>();
  return channels.flatMap((entry): Problem[] => {
    const { channel, node } = entry;
    const { name } = channel;
    const keys = [`the export name "${channel.id}"`];
    if (name.kind === "literal") keys.push(`the channel name "${name.name}"`);
    if (name.kind === "pattern") keys.push(`the channel name "${name.pattern}"`);
    return keys.flatMap((key): Problem[] => {
      const other = seen.get(key);
      seen.set(key, other ?? entry);
      if (!other) return [];
      const first = placeOf(other.node, root);
      const message = `${other.channel.id} (${first.file}:${first.line}:${first.column}) and ${channel.id} both have ${key}.`;
      return [{ code: "CODEGEN_DUPLICATE", message, fix: "rename one of them", place: placeOf(node, root) }];
    });
  });
}
