/** Finds the channels among a project's exports, and what stands in the way of finding them. */
import { ts } from "ts-morph";
import { isBindingName, pascalCase } from "../identifier.js";
import type { ChannelModel } from "../model.js";
import { readChannel } from "./channel.js";
import type { Context } from "./context.js";
import { isInternal } from "./doc.js";
import { type Exported, exportedValues } from "./exports.js";
import { type Facts, factsOf } from "./facts.js";
import { importBehind, importsNotFound } from "./imports.js";

const PACKAGE = "halyard";

/** A channel with the node that declares it. */
export interface Found {
  readonly channel: ChannelModel;
  readonly node: ts.Node;
}

/** Reads the channels that these files export. Imports that are `isMissing` lead nowhere, and shouldn't. */
export function readChannels(
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
    called &&
    name.flags & ts.TypeFlags.TemplateLiteral &&
    definitions.some((definition) => definition.name === name && definition.map === map);
  return channels
    .filter(({ facts }) => !isMade(facts))
    .map(({ exported, facts }) => {
      checkIdentifier(exported, context);
      return { channel: readChannel(exported, facts, context), node: exported.node };
    });
}

function checkIdentifier({ name, node }: Exported, { report }: Context): void {
  const problem = !isBindingName(name)
    ? "can't name a constant"
    : !isBindingName(pascalCase(name))
      ? "gives no name for its types: that begins with a letter"
      : undefined;
  if (!problem) return;
  const message = `A channel is exported as "${name}", which ${problem}.`;
  report({ code: "CODEGEN_IDENTIFIER", message, fix: "export it by another name" }, node);
}
