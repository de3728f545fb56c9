/** Recognizes calls of `realtime.channel` itself: a helper, whatever it is called, might do anything with what it is given. */
import type { ts } from "ts-morph";
import { isHalyard } from "./packages.js";

/** The declarations of `realtime.channel`, of each copy of halyard in a program. */
const known = new WeakMap<ts.Program, ReadonlySet<ts.Node>>();

export function isChannelCall(call: ts.CallExpression, program: ts.Program): boolean {
  const declared = known.get(program) ?? declarationsIn(program);
  known.set(program, declared);
  const declaration = program.getTypeChecker().getResolvedSignature(call)?.declaration;
  return declaration !== undefined && declared.has(declaration);
}

function declarationsIn(program: ts.Program): ReadonlySet<ts.Node> {
  const checker = program.getTypeChecker();
  const modules = new Set(
    program
      .getSourceFiles()
      .flatMap(importsOf)
      .flatMap((specifier) => checker.getSymbolAtLocation(specifier) ?? []),
  );
  const found = [...modules].flatMap((module) => {
    const realtime = checker.tryGetMemberInModuleExports("realtime", module);
    const channel = realtime && checker.getTypeOfSymbol(realtime).getProperty("channel");
    const signatures = channel ? checker.getTypeOfSymbol(channel).getCallSignatures() : [];
    return signatures.map(({ declaration }) => declaration);
  });
  return new Set(found.filter((node) => node !== undefined));
}

/** The specifiers of halyard in a file, of whatever kind of import: the compiler's declarations leave them out. */
const importsOf = (file: ts.SourceFile): readonly ts.StringLiteralLike[] =>
  (file as { imports?: readonly ts.StringLiteralLike[] }).imports?.filter(({ text }) => isHalyard(text)) ??
  [];
