/** Turns a compiler's type into our own: structurally, so that nothing of the user's sources is referred to. */
import { ts } from "ts-morph";
import type { TypeModel } from "../model.js";
import { unionOf } from "../union.js";
import type { Context } from "./context.js";
import { docOf } from "./doc.js";
import { givenName } from "./given-name.js";
import { walkIntersection } from "./intersection.js";
import { isForeign, isObject, knownType } from "./known.js";
import type { Names, Origin } from "./names.js";
import { walkObject } from "./object.js";
import { walkPrimitive } from "./primitive.js";
import { refuse } from "./refuse.js";
import { type At, below, type Walker } from "./walker.js";

/** A channel with more parts than this, each counted once, is taken for endless. */
const MAX_PARTS = 50_000;
/** So often a type may stand inside of another one that was made from the same declaration. */
const MAX_NESTING = 60;

interface Open {
  name: string;
  readonly origin: Origin;
  readonly isRoot: boolean;
  recurs: boolean;
}

export function createWalker(context: Context, names: Names): Walker {
  /** The types that are being read, with the name that each gets if it is met again below itself. */
  const open = new Map<ts.Type, Open>();
  /** How often a type of each declaration is being read: generics that grow as they recur never come to an end. */
  const nesting = new Map<ts.Symbol, number>();
  let parts = 0;

  let reported = 0;

  const walker: Walker = {
    ...context,
    names,
    report(problem, node) {
      reported++;
      context.report(problem, node);
    },
    walk(type, at) {
      const primitive = walkPrimitive(type, at, walker);
      if (primitive) return primitive;
      const known = names.of(type);
      if (known !== undefined) return { kind: "ref", name: known };
      const above = open.get(type);
      if (above) {
        if (above.isRoot) names.keep(type, above.name);
        else if (!above.recurs) {
          // Two types without a name may begin at one place, as a union and its member do: the way back tells them apart.
          if (names.has(above.name)) above.name = names.forPart(at.words);
          names.claim(type, above.name, above.origin);
        }
        above.recurs = true;
        return { kind: "ref", name: above.name };
      }
      const read = names.modelOf(type);
      if (read) return read;
      if (++parts > MAX_PARTS) return tooLarge(at);

      const given = givenName(type, context);
      if (given !== undefined) {
        const name = names.forPart(given);
        const symbol = type.aliasSymbol ?? type.symbol;
        const node = symbol.declarations?.[0] ?? at.node;
        names.claim(type, name, { what: `type ${given}`, node, doc: docOf(symbol, context.checker) });
        names.define(name, walkParts(type, at));
        return { kind: "ref", name };
      }
      const { aliasSymbol } = type;
      const alias = aliasSymbol && !isForeign(aliasSymbol, context.program) ? aliasSymbol.name : undefined;
      const name = names.forPart(alias ?? at.words);
      const entry: Open = { name, origin: { what: at.path, node: at.node }, recurs: false, isRoot: false };
      open.set(type, entry);
      const before = reported;
      const model = walkParts(type, at);
      open.delete(type);
      if (!entry.recurs) {
        // What was reported is told of each place where it stands.
        if (reported === before) names.keepModel(type, model);
        return model;
      }
      names.define(entry.name, model);
      return { kind: "ref", name: entry.name };
    },

    walkRoot(type, name, at) {
      const origin = { what: at.path, node: at.node };
      const known = names.of(type);
      if (known !== undefined && known !== name) {
        names.claim(type, name, origin);
        return names.define(name, { kind: "ref", name: known });
      }
      if (known === undefined) names.claim(type, name, origin, isObject(type, context));
      open.set(type, { name, origin, recurs: false, isRoot: true });
      names.define(name, walkPrimitive(type, at, walker) ?? walkParts(type, at));
      open.delete(type);
    },
  };

  function walkParts(type: ts.Type, at: At): TypeModel {
    const symbol = isObject(type, context) ? type.symbol : undefined;
    if (!symbol) return walkKind(type, at);
    const count = (nesting.get(symbol) ?? 0) + 1;
    if (count > MAX_NESTING) return tooLarge(at);
    nesting.set(symbol, count);
    const model = walkKind(type, at);
    nesting.set(symbol, count - 1);
    return model;
  }

  function walkKind(type: ts.Type, at: At): TypeModel {
    if (type.isUnion()) return unionOf(type.types.map((member) => walker.walk(member, at)));
    if (type.isIntersection()) return walkIntersection(type, at, walker);
    // `NoInfer<T>`: the flag says that it stands for another.
    if (type.flags & ts.TypeFlags.Substitution)
      return walker.walk((type as ts.SubstitutionType).baseType, at);
    if (type.flags & ts.TypeFlags.NonPrimitive) return { kind: "primitive", name: "object" };
    if (!(type.flags & ts.TypeFlags.Object))
      return refuse(walker, type, at, "a generic type that nothing fills in");
    return walkKnown(type, at) ?? walkObject(type, at, walker);
  }

  function walkKnown(type: ts.Type, at: At): TypeModel | undefined {
    const known = knownType(type, context.program);
    // A type that the platform declares by name is a reference to it.
    const [first, second] = known ? context.checker.getTypeArguments(type as ts.TypeReference) : [];
    switch (known) {
      case "Date":
      case "URL":
      case "Uint8Array":
        return { kind: "builtin", name: known };
      case "Map":
      case "ReadonlyMap": {
        if (!first || !second) return undefined;
        const key = walker.walk(first, below(at, "(key)", "Key"));
        const value = walker.walk(second, below(at, "(value)", "Value"));
        return { kind: "map", ...(known === "ReadonlyMap" ? { readonly: true } : {}), key, value };
      }
      case "Set":
      case "ReadonlySet":
        if (!first) return undefined;
        return {
          kind: "set",
          ...(known === "ReadonlySet" ? { readonly: true } : {}),
          of: walker.walk(first, below(at, "(member)", "Member")),
        };
      default:
        return undefined;
    }
  }

  function tooLarge(at: At): TypeModel {
    const fix = "write the type out, to the depth that you need";
    const path = at.path.length > 100 ? `${at.path.slice(0, 99)}…` : at.path;
    const message = `${path}: the type never ends: it grows with each step into it, or has more than ${MAX_PARTS} parts.`;
    walker.report({ code: "CODEGEN_TOO_LARGE", message, fix }, at.node);
    return { kind: "primitive", name: "unknown" };
  }

  return walker;
}
