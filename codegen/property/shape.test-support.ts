/** Random types, as data: each can be printed as TypeScript, and those that a validator knows as its schemas. */
import fc from "fast-check";

export const PLAIN = [
  "string",
  "number",
  "boolean",
  "bigint",
  "null",
  "undefined",
  "unknown",
  "Date",
  "URL",
] as const;

export type Shape =
  | { readonly kind: "plain"; readonly name: (typeof PLAIN)[number] }
  | { readonly kind: "literal"; readonly value: string | number | boolean | bigint }
  | { readonly kind: "list"; readonly of: Shape; readonly readonly: boolean }
  | {
      readonly kind: "tuple";
      readonly items: readonly Shape[];
      readonly last: "optional" | "rest" | "required";
    }
  | { readonly kind: "object"; readonly members: readonly Member[] }
  | { readonly kind: "record"; readonly of: Shape }
  | { readonly kind: "map"; readonly key: Shape; readonly of: Shape }
  | { readonly kind: "set"; readonly of: Shape }
  | { readonly kind: "union"; readonly of: readonly Shape[] }
  | StaticShape
  | SchemaShape;

/** What only a written type can be. */
export type StaticShape =
  | { readonly kind: "template"; readonly parts: readonly string[] }
  | { readonly kind: "enum"; readonly member: string | undefined }
  | { readonly kind: "byEnum"; readonly of: Shape }
  | { readonly kind: "brand"; readonly of: Shape }
  | { readonly kind: "both"; readonly members: readonly Member[]; readonly more: readonly Member[] }
  | { readonly kind: "ref"; readonly to: number; readonly utility: string | undefined }
  | { readonly kind: "generic"; readonly name: "Box" | "Pair" | "Maybe"; readonly of: Shape };

/** What only a schema can be: its input differs from its output. */
export type SchemaShape = { readonly kind: "default" } | { readonly kind: "transform" };

export interface Member {
  readonly name: string;
  readonly of: Shape;
  readonly optional: boolean;
  readonly readonly: boolean;
  readonly doc: boolean;
}

export type Language = "static" | "zod" | "valibot";

/** A payload's type. */
export interface Payload {
  readonly language: Language;
  readonly root: Shape;
  /** Interfaces that `ref` refers to, by their index: they may refer to each other, and to themselves. */
  readonly named: readonly (readonly Member[])[];
}

/** How many interfaces there are. */
const NAMED = 3;

const NAMES = ["a", "b", "c", "name", "of", "a-b", "1", "ü", "class"];

/** What stands in the enum that each file has. */
export const ENUM = { A: "a", B: "b-b", C: 3, D: -1 } as const;

const literals = fc.oneof(
  fc.constantFrom("", "a", "b", "it's", '"q"', `\`$${"{x}"}\``, "\\", "\n", "\u2028"),
  fc.constantFrom(0, 1, -1, 0.5, 1e21, 10, 9),
  fc.boolean(),
  fc.constantFrom(0n, 12n, -3n),
);

/**
 * To the compiler, `{ a: 1 } | { a: 1 }` has two members inside of a type such as `Set`, and is then not equal to the one
 * that is generated: so no two members are of one structure.
 */
function unionOf(types: readonly Shape[]): Shape {
  const flat = types.flatMap((type) => (type.kind === "union" ? type.of : [type]));
  const [first, ...others] = new Map(flat.map((type) => [structureOf(type), type])).values();
  return others.length === 0 && first ? first : { kind: "union", of: first ? [first, ...others] : [] };
}

/** So it is with `[A, ...B[]]`, where B is of A's structure. */
function tupleOf({ items, last }: Pick<Extract<Shape, { kind: "tuple" }>, "items" | "last">): Shape {
  const isRepeated = new Set(items.map(structureOf)).size < items.length;
  return { kind: "tuple", items, last: last === "rest" && isRepeated ? "required" : last };
}

/** What might be of one structure has the same text. */
const structureOf = (shape: Shape): string =>
  JSON.stringify(shape, (key, value: unknown) => {
    if (["optional", "readonly", "doc", "utility", "last"].includes(key)) return undefined;
    if (typeof value === "bigint") return `${value}n`;
    const { kind, of } = Object(value);
    if (kind === "default" || kind === "transform") return { kind: "plain", name: "string" };
    return kind === "brand" ? of : value;
  });

/** Which interface it is. */
const markOf = (index: number): Member => ({
  name: `n${index}`,
  of: { kind: "literal", value: index },
  optional: false,
  readonly: false,
  doc: false,
});

/** Types in a language: all of them, or what validators have schemas for. */
function shapesIn(language: Language): { shape: fc.Arbitrary<Shape>; members: fc.Arbitrary<Member[]> } {
  const isStatic = language === "static";
  const { shape, members } = fc.letrec<{ shape: Shape; leaf: Shape; members: Member[] }>((tie) => {
    const leaf = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("plain" as const), name: fc.constantFrom(...PLAIN) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("literal" as const), value: literals }) },
      ...(isStatic
        ? [
            fc.record({
              kind: fc.constant("template" as const),
              parts: fc.array(
                fc.constantFrom("v", "$", "`", "string", "number", "bigint", "boolean", "'x' | 'y'"),
                {
                  minLength: 1,
                  maxLength: 4,
                },
              ),
            }),
            fc.record({
              kind: fc.constant("enum" as const),
              member: fc.constantFrom(undefined, ...Object.keys(ENUM)),
            }),
            fc.record({
              kind: fc.constant("ref" as const),
              to: fc.nat({ max: NAMED - 1 }),
              utility: fc.constantFrom(undefined, "Partial", "Required", "Readonly"),
            }),
          ]
        : [fc.constantFrom({ kind: "default" as const }, { kind: "transform" as const })]),
    );
    const of = tie("shape");
    const member: fc.Arbitrary<Member> = fc.record({
      name: fc.constantFrom(...NAMES, ...(isStatic ? ["__proto__", ""] : [])),
      of,
      optional: fc.boolean(),
      readonly: fc.boolean(),
      doc: fc.boolean(),
    });
    const members = fc.uniqueArray(member, { selector: ({ name }) => name, maxLength: 4 });
    const inner: fc.Arbitrary<Shape>[] = [
      fc.record({ kind: fc.constant("object" as const), members }),
      fc.record({ kind: fc.constant("object" as const), members }),
      fc.record({ kind: fc.constant("list" as const), of, readonly: fc.boolean() }),
      fc
        .record({
          items: fc.array(of, { maxLength: 3 }),
          last: fc.constantFrom("optional" as const, "rest" as const, "required" as const),
        })
        .map(tupleOf),
      fc.record({ kind: fc.constant("record" as const), of }),
      fc.record({ kind: fc.constant("map" as const), key: leaf, of }),
      fc.record({ kind: fc.constant("set" as const), of }),
      fc.array(of, { minLength: 2, maxLength: 4 }).map(unionOf),
    ];
    const written: fc.Arbitrary<Shape>[] = [
      fc.record({ kind: fc.constant("byEnum" as const), of }),
      fc.record({ kind: fc.constant("brand" as const), of: leaf }),
      members.chain((all) =>
        fc.record({
          kind: fc.constant("both" as const),
          members: fc.constant(all.slice(0, 2)),
          more: fc.constant(all.slice(2)),
        }),
      ),
      fc.record({ kind: fc.constant("generic" as const), name: fc.constantFrom("Box", "Pair", "Maybe"), of }),
    ];
    return {
      leaf,
      members,
      shape: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, ...inner, ...(isStatic ? written : [])),
    };
  });
  return { shape, members };
}

const inLanguage = (language: Language): fc.Arbitrary<Payload> => {
  const { shape, members } = shapesIn(language);
  return fc.record({
    language: fc.constant(language),
    root: shape,
    named:
      language === "static"
        ? fc.tuple(...Array.from({ length: NAMED }, (_, i) => members.map((all) => [...all, markOf(i)])))
        : fc.constant<Member[][]>([]),
  });
};

/** Payloads in each language; more often as written types, which know the most forms. */
export const payloads: fc.Arbitrary<Payload> = fc.oneof(
  { weight: 2, arbitrary: inLanguage("static") },
  { weight: 1, arbitrary: inLanguage("zod") },
  { weight: 1, arbitrary: inLanguage("valibot") },
);
