/** Types at random, each with values of it; and which plain JSON they allow, told in another way than by a schema. */
import fc from "fast-check";
import type { ChannelModel, NamedType, TypeModel } from "../model.js";
import { unionOf } from "../union.js";
import { wireOf } from "../wire.js";

/** A type, and what makes values of it. */
export interface Sample {
  readonly type: TypeModel;
  readonly values: fc.Arbitrary<unknown>;
}

const sample = (type: TypeModel, values: fc.Arbitrary<unknown>): Sample => ({ type, values });
const primitive = (name: Extract<TypeModel, { kind: "primitive" }>["name"]): TypeModel => ({
  kind: "primitive",
  name,
});

const text = fc.string({ unit: "grapheme", maxLength: 5 });
// Not "" and "__proto__": Ajv takes the one for present, and doesn't look at the other.
const key = fc.oneof(
  fc.constantFrom("a", "b", "id", "odd key", "3", "toString", "a/b", "ü"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }),
);
const digits = fc.integer().map(String);
const years = { min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z") };

const leaves: readonly Sample[] = [
  sample(primitive("string"), text),
  sample(primitive("number"), fc.double()),
  sample(primitive("boolean"), fc.boolean()),
  sample(primitive("null"), fc.constant(null)),
  sample(primitive("undefined"), fc.constant(undefined)),
  sample(primitive("bigint"), fc.bigInt()),
  sample(primitive("unknown"), fc.anything({ withNullPrototype: false })),
  sample({ kind: "builtin", name: "Date" }, fc.date({ ...years, noInvalidDate: true })),
  sample(
    { kind: "builtin", name: "URL" },
    text.map((text) => new URL(`https://a.example/|${text}?[${text}]`)),
  ),
  sample({ kind: "builtin", name: "Uint8Array" }, fc.uint8Array({ maxLength: 8 })),
  sample({ kind: "literal", value: "it's" }, fc.constant("it's")),
  sample({ kind: "literal", value: -1.5 }, fc.constant(-1.5)),
  sample({ kind: "literal", value: true }, fc.constant(true)),
  sample({ kind: "bigint", value: "-12" }, fc.constant(-12n)),
  sample(
    { kind: "template", texts: ["v/", ".[", "]"], types: [primitive("number"), primitive("string")] },
    fc.tuple(fc.double(), text).map(([number, text]) => `v/${number}.[${text}]`),
  ),
];

/** `Tree` recurs; `Maybe` may be undefined wherever it stands. */
const NAMED: readonly NamedType[] = [
  {
    name: "Tree",
    type: {
      kind: "object",
      properties: [
        { name: "label", type: { kind: "ref", name: "Maybe" } },
        { name: "children", type: { kind: "array", of: { kind: "ref", name: "Tree" } } },
      ],
    },
  },
  { name: "Maybe", type: unionOf([primitive("string"), primitive("undefined")]) },
];
const maybe = fc.option(text, { nil: undefined });
const treeOf = (depth: number): fc.Arbitrary<unknown> =>
  fc.record({
    label: maybe,
    children: depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 2 }),
  });
const refs: readonly Sample[] = [
  sample({ kind: "ref", name: "Tree" }, treeOf(2)),
  sample({ kind: "ref", name: "Maybe" }, maybe),
];

const leaf = fc.constantFrom(...leaves, ...refs);

/** Types that nest so deep at most. */
const typeOf = (depth: number): fc.Arbitrary<Sample> => {
  if (depth === 0) return leaf;
  const inside = typeOf(depth - 1);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    inside.map(({ type, values }) => sample({ kind: "array", of: type }, fc.array(values, { maxLength: 3 }))),
    inside.map(({ type, values }) =>
      sample(
        { kind: "set", of: type },
        fc.array(values, { maxLength: 3 }).map((list) => new Set(list)),
      ),
    ),
    fc.tuple(inside, inside).map(([key, value]) =>
      sample(
        { kind: "map", key: key.type, value: value.type },
        fc.array(fc.tuple(key.values, value.values), { maxLength: 2 }).map((entries) => new Map(entries)),
      ),
    ),
    fc
      .array(inside, { minLength: 2, maxLength: 4 })
      .map((members) =>
        sample(unionOf(members.map(({ type }) => type)), fc.oneof(...members.map(({ values }) => values))),
      ),
    { weight: 4, arbitrary: objectOf(inside) },
    tupleOf(inside),
    inside.map(({ type, values }) =>
      sample(
        { kind: "object", properties: [], index: [{ key: primitive("string"), type }] },
        fc.dictionary(key, values),
      ),
    ),
    inside.map(({ type, values }) =>
      sample(
        { kind: "object", properties: [], index: [{ key: primitive("number"), type }] },
        fc.dictionary(digits, values),
      ),
    ),
  );
};

function objectOf(inside: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  const members = fc.uniqueArray(fc.tuple(key, inside, fc.boolean()), {
    selector: ([name]) => name,
    minLength: 1,
    maxLength: 4,
  });
  return members.map((members) =>
    sample(
      {
        kind: "object",
        properties: members.map(([name, { type }, optional]) => ({
          name,
          type,
          ...(optional ? { optional } : {}),
        })),
      },
      fc
        .tuple(
          ...members.map(([, { values }, optional]) =>
            fc.tuple(
              values,
              fc.boolean().map((there) => there || !optional),
            ),
          ),
        )
        .map((made) =>
          Object.fromEntries(members.flatMap(([name], i) => (made[i]?.[1] ? [[name, made[i][0]]] : []))),
        ),
    ),
  );
}

function tupleOf(inside: fc.Arbitrary<Sample>): fc.Arbitrary<Sample> {
  return fc
    .tuple(fc.array(inside, { maxLength: 3 }), fc.nat(3), fc.option(inside))
    .map(([places, required, rest]) => {
      const elements = places.map(({ type }, i) => ({
        type,
        ...(i >= required ? { optional: true as const } : {}),
      }));
      const last = rest ? [{ type: rest.type, rest: true as const }] : [];
      const values = fc
        .tuple(
          fc.tuple(...places.map(({ values }) => values)),
          fc.array(rest?.values ?? fc.constant(0), { maxLength: 2 }),
          fc.nat(3),
        )
        .map(([first, more, left]) => {
          const count = Math.max(places.length - left, Math.min(required, places.length));
          return count < places.length ? first.slice(0, count) : [...first, ...(rest ? more : [])];
        });
      return sample({ kind: "tuple", elements: [...elements, ...last] }, values);
    });
}

/** A channel with one topic, and what makes payloads of it. */
export const channels: fc.Arbitrary<{
  readonly channel: ChannelModel;
  readonly values: fc.Arbitrary<unknown>;
}> = typeOf(3).map(({ type, values }) => ({
  values,
  // For what a failure shows.
  [fc.toStringMethod]: () => JSON.stringify(type),
  channel: {
    id: "any",
    file: "any.ts",
    name: { kind: "literal", name: "any" },
    topics: [{ name: "sent", input: "Sent", output: "Sent" }],
    types: [{ name: "Sent", type }, ...NAMED],
  },
}));

/** Whether plain JSON may be what a payload of the channel became. What a text holds is not looked at. */
export function isPlainForm(channel: ChannelModel, data: unknown): boolean {
  const wire = wireOf(channel);
  const named = new Map(wire.types.map(({ name, type }) => [name, type]));
  return fits(wire.of({ kind: "ref", name: "Sent" }), data);

  function fits(type: TypeModel, data: unknown): boolean {
    switch (type.kind) {
      case "ref": {
        const found = named.get(type.name);
        return found !== undefined && fits(found, data);
      }
      case "union":
        return type.of.some((member) => fits(member, data));
      case "literal":
        return data === type.value;
      case "template":
        return typeof data === "string";
      case "array":
        return Array.isArray(data) && data.every((element) => fits(type.of, element));
      case "tuple": {
        if (!Array.isArray(data)) return false;
        const required = type.elements.filter(({ optional, rest }) => !optional && !rest).length;
        const last = type.elements.at(-1);
        return (
          data.length >= required &&
          data.every((element, i) => {
            const place = type.elements[i] ?? (last?.rest ? last : undefined);
            return place !== undefined && fits(place.type, element);
          })
        );
      }
      case "object":
        return typeof data === "object" && data !== null && !Array.isArray(data) && membersFit(type, data);
      default:
        return type.kind === "primitive" && isOf(type.name, data);
    }
  }

  function membersFit(
    { properties, index = [] }: Extract<TypeModel, { kind: "object" }>,
    data: object,
  ): boolean {
    const own = new Map(properties.map((property) => [property.name, property]));
    return (
      properties.every(({ name, optional }) => optional || Object.hasOwn(data, name)) &&
      Object.entries(data).every(([name, value]) => {
        const property = own.get(name);
        if (property) return fits(property.type, value);
        const signature = index.find(
          ({ key }) => key.kind === "primitive" && (key.name === "string" || /^-?\d+$/.test(name)),
        );
        return !signature || fits(signature.type, value);
      })
    );
  }
}

function isOf(name: Extract<TypeModel, { kind: "primitive" }>["name"], data: unknown): boolean {
  if (name === "unknown") return true;
  if (name === "null") return data === null;
  return typeof data === name;
}
