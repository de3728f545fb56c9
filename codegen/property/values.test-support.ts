/** Values of a model's types, at random: so that no fixture has to write them by hand. */
import fc from "fast-check";
import type { NamedType, PrimitiveName, Property, TypeModel } from "../model.js";
import { covers, fits } from "./fit.test-support.js";

/** How deep values of recursive types go, before they come to an end as soon as they can. */
const DEPTH = 3;

/** Values of a type; `undefined` where it has none, such as `{ a: never }`. */
export function valuesOf(
  type: TypeModel,
  types: readonly NamedType[],
  depth = DEPTH,
): fc.Arbitrary<unknown> | undefined {
  const height = heightsOf(types);
  const named = new Map(types.map((type) => [type.name, type.type]));
  return height(type) === Number.POSITIVE_INFINITY ? undefined : values(type, depth);

  /** Of a type that has some. With no fuel left, of what is least deep. */
  function values(type: TypeModel, fuel: number): fc.Arbitrary<unknown> {
    const list = (of: TypeModel, min = 0) =>
      fuel <= 0 || isEmpty(of)
        ? fc.constant<unknown[]>([])
        : fc.array(values(of, fuel - 1), { minLength: min, maxLength: 3 });
    switch (type.kind) {
      case "primitive":
        return primitives[type.name];
      case "literal":
        return fc.constant(type.value);
      case "bigint":
        return fc.constant(BigInt(type.value));
      case "template":
        return fc
          .tuple(...type.types.map((part) => values(part, fuel)))
          .filter((parts) => parts.every((part) => typeof part !== "number" || Number.isFinite(part)))
          .map((parts) =>
            type.texts.map((text, i) => text + (i < parts.length ? String(parts[i]) : "")).join(""),
          );
      case "builtin":
        return builtins[type.name];
      case "array":
        return list(type.of);
      case "set":
        return list(type.of).map((items) => new Set(items));
      case "map":
        return list({ kind: "tuple", elements: [{ type: type.key }, { type: type.value }] }).map(
          (entries) => new Map(entries as [unknown, unknown][]),
        );
      case "tuple":
        return tuples(type.elements, fuel, list);
      case "object":
        return objects(type, fuel);
      case "union": {
        const some = type.of.filter((member) => !isEmpty(member));
        const least = Math.min(...some.map(height));
        return fc.oneof(
          ...some
            .filter((member) => fuel > 0 || height(member) === least)
            .map((member) => values(member, fuel)),
        );
      }
      case "ref":
        return values(named.get(type.name) as TypeModel, fuel - 1);
    }
  }

  function isEmpty(type: TypeModel): boolean {
    return height(type) === Number.POSITIVE_INFINITY;
  }

  function tuples(
    elements: Extract<TypeModel, { kind: "tuple" }>["elements"],
    fuel: number,
    list: (of: TypeModel) => fc.Arbitrary<unknown[]>,
  ): fc.Arbitrary<unknown> {
    const firstOptional = elements.findIndex(({ optional }) => optional);
    const required = firstOptional < 0 ? elements.length : firstOptional;
    const most = elements.findIndex(({ type, optional }) => optional && (fuel <= 0 || isEmpty(type)));
    // What may be left out is left out from the end on; what repeats comes only behind all of them.
    return fc
      .integer({ min: required, max: most < 0 ? elements.length : most })
      .chain((length) =>
        fc
          .tuple(
            ...elements
              .slice(0, length)
              .map(({ type, rest }) => (rest ? list(type) : values(type, fuel).map((item) => [item]))),
          )
          .map((parts) => parts.flat()),
      );
  }

  function objects(type: Extract<TypeModel, { kind: "object" }>, fuel: number): fc.Arbitrary<unknown> {
    const { properties, index = [] } = type;
    const members = properties.map(({ name, type, optional }: Property) => {
      const given = () => values(type, fuel).map((value) => [[name, value] as const]);
      if (!optional) return given();
      if (fuel <= 0 || isEmpty(type)) return fc.constant([]);
      return fc.oneof(fc.constant([]), given());
    });
    const others = index.map((signature) =>
      fuel <= 0 || isEmpty(signature.type)
        ? fc.constant([])
        : fc
            .array(
              fc.tuple(
                values(signature.key, fuel).map((key) => String(key)),
                values(signature.type, fuel - 1),
              ),
              { maxLength: 3 },
            )
            // Keys that have a type of their own, or that of a narrower signature, too.
            .map((entries) =>
              entries.filter(
                ([key, value]) =>
                  properties.every(({ name }) => name !== key) &&
                  index.every((other) => !covers(other, key) || fits(value, other.type, types)),
              ),
            ),
    );
    return fc.tuple(...members, ...others).map((parts) => objectOf(parts.flat()));
  }
}

/** An assignment to "__proto__" would make no member. */
const objectOf = (entries: readonly (readonly [string, unknown])[]): object => {
  const object = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  return object;
};

/** How deep the least deep value of a type is: infinitely, where there is none. */
function heightsOf(types: readonly NamedType[]): (type: TypeModel) => number {
  const known = new Map<string, number>();
  const height = (type: TypeModel): number => {
    switch (type.kind) {
      case "primitive":
        return type.name === "never" ? Number.POSITIVE_INFINITY : 0;
      case "union":
        return Math.min(...type.of.map(height));
      case "ref":
        return 1 + (known.get(type.name) ?? Number.POSITIVE_INFINITY);
      case "tuple":
        return highest(type.elements.filter(({ optional, rest }) => !optional && !rest));
      case "object":
        return highest(type.properties.filter(({ optional }) => !optional));
      default:
        return 0;
    }
  };
  const highest = (parts: readonly { readonly type: TypeModel }[]) =>
    1 + Math.max(-1, ...parts.map(({ type }) => height(type)));
  // Each round finds at least one more, or there is none.
  for (const _ of types) for (const { name, type } of types) known.set(name, height(type));
  return height;
}

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 10 }) },
  fc.constantFrom("", "__proto__", "a:b/%é", '\u0000\u2028"\\', "7", "constructor"),
);
const number = fc.oneof(
  { weight: 4, arbitrary: fc.integer() },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  fc.constantFrom(0, -0, 0.1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const bytes = fc.uint8Array({ maxLength: 8 });
const date = fc.date({ noInvalidDate: true });

const primitives: Readonly<Record<PrimitiveName, fc.Arbitrary<unknown>>> = {
  string: text,
  number,
  boolean: fc.boolean(),
  bigint: fc.bigInt(),
  null: fc.constant(null),
  undefined: fc.constant(undefined),
  void: fc.constant(undefined),
  unknown: fc.oneof(
    text,
    number,
    fc.constantFrom(null, undefined, true),
    fc.record({ at: date }),
    fc.array(number),
  ),
  // Asked for only where there is a value.
  never: fc.constant(undefined),
  object: fc.oneof(fc.record({ a: number }), fc.array(text, { maxLength: 2 }), date),
};

const builtins = {
  Date: date,
  URL: fc.webUrl().map((url) => new URL(url)),
  Uint8Array: bytes,
};
