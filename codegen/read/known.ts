/** Types of the language's library and of Node: those that travel whole, and those that can't. */
import { ts } from "ts-morph";
import type { BuiltinName } from "../model.js";
import type { Context } from "./context.js";
import { isInstalled } from "./packages.js";

export type Known = BuiltinName | "Map" | "ReadonlyMap" | "Set" | "ReadonlySet";

const NAMES = new Set<string>([
  "Date",
  "URL",
  "Uint8Array",
  "Map",
  "ReadonlyMap",
  "Set",
  "ReadonlySet",
] satisfies Known[]);

const isKnownName = (name: string): name is Known => NAMES.has(name);

const isPlatform = (symbol: ts.Symbol, program: ts.Program): boolean =>
  symbol.declarations?.some((node) => {
    const file = node.getSourceFile();
    return program.isSourceFileDefaultLibrary(file) || file.fileName.includes("/node_modules/@types/node/");
  }) ?? false;

/** Which type of the platform this is, if the codec carries it. */
export function knownType(type: ts.Type, program: ts.Program): Known | undefined {
  const symbol = type.getSymbol();
  return symbol && isKnownName(symbol.name) && isPlatform(symbol, program) ? symbol.name : undefined;
}

/** The name of a class of the platform, such as `RegExp` or `Error`. Its plain interfaces are types like any other. */
export function platformClass(type: ts.Type, program: ts.Program): string | undefined {
  const symbol = type.getSymbol();
  const isClass =
    symbol &&
    symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface) &&
    symbol.flags & ts.SymbolFlags.Value;
  return isClass && isPlatform(symbol, program) ? symbol.name : undefined;
}

/** Whether a symbol comes from the platform or from a package. */
export const isForeign = (symbol: ts.Symbol, program: ts.Program): boolean =>
  symbol.declarations?.some((node) => {
    const file = node.getSourceFile();
    return program.isSourceFileDefaultLibrary(file) || isInstalled(file.fileName);
  }) ?? true;

/**
 * Whether a type is an object of the user's own making, so that two places which have it mean the same by it. To the
 * compiler, all arrays of one element are one type, and so are all empty objects.
 */
export const isObject = (
  type: ts.Type,
  { checker, program }: Pick<Context, "checker" | "program">,
): boolean =>
  (type.flags & ts.TypeFlags.Object) !== 0 &&
  !checker.isArrayType(type) &&
  !checker.isTupleType(type) &&
  !knownType(type, program) &&
  checker.getPropertiesOfType(type).length > 0;
