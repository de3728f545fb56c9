/** The name that the user gave to a type. */
import { ts } from "ts-morph";
import { pascalCase } from "../identifier.js";
import type { Context } from "./context.js";
import { isForeign, isObject, knownType, platformClass } from "./known.js";

/**
 * The name of an interface, of a class, or of an alias of an object type; a generic interface's with those of its
 * arguments (`PagedStep`), where these have names. Aliases of unions have none: equal unions are one type to the
 * compiler, which keeps the alias that it met first.
 */
export function givenName(type: ts.Type, context: Context): string | undefined {
  const { program } = context;
  if (!isObject(type, context) || platformClass(type, program)) return undefined;
  if (type.aliasSymbol) {
    const isGeneric = (type.aliasTypeArguments?.length ?? 0) > 0;
    return isGeneric || isForeign(type.aliasSymbol, program) ? undefined : pascalCase(type.aliasSymbol.name);
  }
  const { symbol } = type;
  if (!symbol || !(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))) return undefined;
  const args = argumentsOf(type, context.checker);
  if (args.length === 0) return pascalCase(symbol.name) || undefined;
  if (isForeign(symbol, program)) return undefined;
  const named = args.map((arg) => argumentName(arg, context));
  return named.includes(undefined) ? undefined : pascalCase([symbol.name, ...named].join(" "));
}

/** A reference's arguments, without `this`. */
function argumentsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  if (!((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference)) return [];
  // The flag says that it is one.
  const reference = type as ts.TypeReference;
  return checker.getTypeArguments(reference).slice(0, reference.target.typeParameters?.length ?? 0);
}

const PLAIN = ts.TypeFlags.String | ts.TypeFlags.Number | ts.TypeFlags.Boolean | ts.TypeFlags.BigInt;

function argumentName(type: ts.Type, context: Context): string | undefined {
  if (type.flags & PLAIN) return context.checker.typeToString(type);
  return givenName(type, context) ?? knownType(type, context.program);
}
