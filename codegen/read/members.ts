/** The members of an object type, as the compiler knows them. */
import { ts } from "ts-morph";

// The compiler knows whether a member of a mapped type or of a union is readonly, but tells only by this function,
// which its declarations leave out. A fixture fails if it goes.
const internals = ts as unknown as { getCheckFlags(symbol: ts.Symbol): number };
const CHECK_FLAG_READONLY = 8;

/** Whether a property may not be assigned. */
export function isReadonly(symbol: ts.Symbol): boolean {
  if (internals.getCheckFlags(symbol) & CHECK_FLAG_READONLY) return true;
  if (symbol.flags & ts.SymbolFlags.Accessor) return !(symbol.flags & ts.SymbolFlags.SetAccessor);
  const declaration = symbol.valueDeclaration;
  return (
    declaration !== undefined && (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Readonly) !== 0
  );
}

/** Whether a property is hidden from those who use the type: `private`, `protected` or `#name`. */
export function isHidden(symbol: ts.Symbol): boolean {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return (
    symbol.declarations?.some(
      (node) =>
        (ts.isClassElement(node) && node.name && ts.isPrivateIdentifier(node.name)) ||
        (ts.getCombinedModifierFlags(node) & hidden) !== 0,
    ) ?? false
  );
}

/** Whether the key is a symbol of the user's or of a validator: a brand, which isn't there at run time. */
export const isBrandKey = (symbol: ts.Symbol): boolean =>
  symbol.name.startsWith("__@") && !isWellKnownKey(symbol);

/** `Symbol.iterator` and the like: no brand is called that. */
const isWellKnownKey = (symbol: ts.Symbol) =>
  /^__@(iterator|asyncIterator|toPrimitive|toStringTag|dispose|asyncDispose)@/.test(symbol.name);

/** The key as one would write it. */
export const keyOf = (symbol: ts.Symbol): string => symbol.name.replace(/^__@(\w+)@\d+$/, "[Symbol.$1]");

/** Whether a type can be called or constructed. */
export const isFunction = (type: ts.Type): boolean =>
  type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;

/**
 * An optional property's type without what stands for "left out". Where `exactOptionalPropertyTypes` is off, that is
 * `undefined` itself, which such a property may then really hold: it stays.
 */
export function membersPresent(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  const undefinedType = checker.getUndefinedType();
  const members = type.isUnion() ? type.types : [type];
  return members.filter((member) => !(member.flags & ts.TypeFlags.Undefined) || member === undefinedType);
}

/**
 * Properties as their sources order them: a validator's types put optional ones last, and compilers differ. Those that
 * are declared together are sorted among themselves; those without a declaration (`Record<"a" | "b", …>`) by name.
 */
export function inSourceOrder(properties: readonly ts.Symbol[]): readonly ts.Symbol[] {
  const groups = new Map<ts.Node | undefined, ts.Symbol[]>();
  for (const property of properties) {
    const parent = property.declarations?.[0]?.parent;
    groups.set(parent, [...(groups.get(parent) ?? []), property]);
  }
  const position = ({ declarations }: ts.Symbol) => declarations?.[0]?.pos ?? 0;
  return [...groups.values()].flatMap((group) =>
    group.sort((a, b) => position(a) - position(b) || (a.name < b.name ? -1 : 1)),
  );
}
