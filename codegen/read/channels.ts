/** Finds the channels and registries among a file's exports, and what stands in the way of finding them. */
import { ts } from "ts-morph";
import { type ChannelExport, type FileFacts, modelKey, type RegistryExport } from "../cache/snapshot.js";
import { isBindingName, pascalCase } from "../identifier.js";
import type { ChannelModel } from "../model.js";
import { readChannel } from "./channel.js";
import { type Context, isSource } from "./context.js";
import { docOf, isInternal } from "./doc.js";
import { type Exported, exportedValues } from "./exports.js";
import { type Facts, factsOf } from "./facts.js";
import { importBehind, importsNotFound } from "./imports.js";
import { isHalyard } from "./packages.js";
import { placeOf, relativePath } from "./place.js";
import { membersOf } from "./registries.js";

/** A file's exports that are channels or registries. */
export interface FileReading {
  readonly exports: FileFacts["exports"];
  /** Reads what goes by a name that this file gives it: a channel's model, under its key; of a registry nothing. */
  readonly readModel: (entry: ChannelExport | RegistryExport) => Readonly<Record<string, ChannelModel>>;
}

/** A member of a registry is called by its key where it isn't exported on its own. */
const MEMBER_RANK = 4;

/** Imports of a file that lead nowhere, and shouldn't; also of the sources in a workspace's packages that it exports from. */
export function reportImports(
  file: ts.SourceFile,
  context: Context,
  isMissing: (specifier: ts.StringLiteral) => boolean,
  seen = new Set<ts.SourceFile>(),
): void {
  if (seen.has(file)) return;
  seen.add(file);
  for (const specifier of importsNotFound(file, context).filter(isMissing)) {
    if (isHalyard(specifier.text)) lost(specifier, "no channel can be recognized", context);
    else if (ts.isExportDeclaration(specifier.parent))
      lost(specifier, "what is exported from it is unknown", context);
  }
  for (const source of sourcesBehind(file, context)) reportImports(source, context, isMissing, seen);
}

/** The sources of a workspace's packages that a file exports from. */
function sourcesBehind(file: ts.SourceFile, { checker, isOwn }: Context): readonly ts.SourceFile[] {
  return file.statements.filter(ts.isExportDeclaration).flatMap(({ moduleSpecifier }) => {
    const module = moduleSpecifier && checker.getSymbolAtLocation(moduleSpecifier)?.valueDeclaration;
    return module && ts.isSourceFile(module) && isSource(module) && !isOwn(module) ? [module] : [];
  });
}

/** Finds the channels and registries that a file exports. */
export function readFile(
  file: ts.SourceFile,
  context: Context,
  isMissing: (specifier: ts.StringLiteral) => boolean,
): FileReading {
  const { checker, root } = context;
  const found = new Map<ChannelExport | RegistryExport, { exported: Exported; facts?: Facts }>();
  const keyOf = (node: ts.Node) => `${relativePath(root, node.getSourceFile().fileName)}:${node.pos}`;
  const base = ({ name, declaration, node, rank }: Exported) => ({
    name,
    rank,
    key: keyOf(declaration),
    place: placeOf(node, root),
    order: node.pos,
  });
  const add = (exported: Exported, facts: Facts) => {
    if (isInternal(exported.symbol)) return;
    const identity = identityOf(facts, keyOf, checker);
    const { flags } = facts.name;
    const isMade = facts.called && (flags & (ts.TypeFlags.TemplateLiteral | ts.TypeFlags.Union)) !== 0;
    found.set(
      {
        kind: "channel",
        ...base(exported),
        ...(facts.called ? {} : { definition: identity }),
        ...(isMade ? { madeFrom: identity } : {}),
      },
      { exported, facts },
    );
  };

  for (const exported of exportedValues(file, context)) {
    const { symbol, node } = exported;
    const type = checker.getTypeOfSymbol(symbol);
    if (type.flags & ts.TypeFlags.Any) {
      const missing = importsNotFound(node.getSourceFile(), context).filter(isMissing);
      const specifier = importBehind(node, missing, checker);
      if (specifier && !isHalyard(specifier.text))
        lost(specifier, `nobody can tell whether "${exported.name}" is a channel`, context);
      continue;
    }
    const facts = factsOf(type, checker);
    if (facts) add(exported, facts);
    const members = facts ? undefined : membersOf(type, checker);
    if (!members || isInternal(symbol)) continue;
    const doc = docOf(symbol, checker);
    found.set(
      {
        kind: "registry",
        ...base(exported),
        file: relativePath(root, node.getSourceFile().fileName),
        ...(doc === undefined ? {} : { doc }),
        entries: members.map(({ key, declaration }) => ({ key, channel: keyOf(declaration) })),
      },
      { exported },
    );
    for (const { key: name, symbol, declaration, facts } of members) {
      const isOwn = context.isOwn(declaration.getSourceFile());
      add({ name, symbol, declaration, node: isOwn ? declaration : node, rank: MEMBER_RANK }, facts);
    }
  }

  return {
    exports: [...found.keys()],
    readModel(entry) {
      const reading = found.get(entry);
      if (!reading) return {};
      const { exported, facts } = reading;
      checkIdentifier(entry.kind, exported, context);
      if (entry.kind === "registry" || !facts) return {};
      return { [modelKey(entry)]: readChannel(exported, facts, context) };
    },
  };
}

function lost(specifier: ts.StringLiteral, what: string, { report }: Context): void {
  report(
    {
      code: "CODEGEN_IMPORT",
      message: `"${specifier.text}" can't be found, so ${what}.`,
      fix: `install it, or look at the tsconfig's "paths", "baseUrl" and "moduleResolution"`,
    },
    specifier,
  );
}

/** What a definition and what is made from it have in common, and no other channel has: names of one form, the same topics. */
function identityOf({ name, topics }: Facts, keyOf: (node: ts.Node) => string, checker: ts.TypeChecker) {
  const names = checker.typeToString(name, undefined, ts.TypeFormatFlags.NoTruncation);
  const declared = topics.map(({ declarations: [node] = [] }) => (node ? keyOf(node) : ""));
  return [names, ...declared].join(" ");
}

function checkIdentifier(kind: "channel" | "registry", { name, node }: Exported, { report }: Context): void {
  const problem = !isBindingName(name)
    ? "can't name a constant"
    : !isBindingName(pascalCase(name))
      ? "gives no name for its types: that begins with a letter"
      : undefined;
  if (!problem) return;
  const message = `A ${kind} is exported as "${name}", which ${problem}.`;
  report({ code: "CODEGEN_IDENTIFIER", message, fix: "export it by another name" }, node);
}
