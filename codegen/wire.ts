/**
 * The plain JSON form of a channel's types, as a reader that knows nothing but JSON meets them: what `Realtime.Wire` is
 * to a type of TypeScript. The codec makes it, and beside it says what it was.
 */
import { absentIn } from "./absent.js";
import type { ChannelModel, IndexSignature, NamedType, PrimitiveName, Property, TypeModel } from "./model.js";
import { unionOf } from "./union.js";

/** The plain JSON forms of a channel's types. */
export interface Wire {
  /**
   * The channel's `types`, under the same names. None of them holds `undefined` where it stands: only a payload as a
   * whole can, and what `of` gives for its name says so.
   */
  readonly types: readonly NamedType[];
  /**
   * The plain form of one of the channel's types, such as `{ kind: "ref", name: topic.output }`. Its references are to
   * `types` of this. With `undefined` in it, a payload may be absent as a whole.
   */
  of(type: TypeModel): TypeModel;
  /** Whether `undefined` is one of a type's values: whether it may be left out. */
  mayBeAbsent(type: TypeModel): boolean;
}

const primitive = (name: PrimitiveName): TypeModel => ({ kind: "primitive", name });
const string = primitive("string");
const absent = primitive("undefined");
const none = primitive("null");

/**
 * The plain JSON form of what a channel carries:
 *
 * - `Date`, `URL`, `Uint8Array` (base64) and `bigint` are texts;
 * - a `Map` is the list of its entries, a `Set` that of its members;
 * - `number` is `number | null`, as `NaN` and the infinities travel as null;
 * - a member that may be `undefined` is optional, an element is null then;
 * - `object` and `{}` stay: what they hold may be anything in JSON, such as the text of a `Date`.
 */
export function wireOf({ types }: Pick<ChannelModel, "types">): Wire {
  const mayBeAbsent = absentIn(types);

  const element = (type: TypeModel): TypeModel =>
    mayBeAbsent(type) ? unionOf([present(type), none]) : present(type);

  const property = ({ type, ...rest }: Property): Property => ({
    ...rest,
    type: present(type),
    ...(mayBeAbsent(type) ? { optional: true } : {}),
  });

  // A member that is undefined is absent: an index signature says so without a word.
  const signature = ({ type, ...rest }: IndexSignature): IndexSignature => ({ ...rest, type: present(type) });

  /** The plain form of its values but `undefined`. */
  function present(type: TypeModel): TypeModel {
    switch (type.kind) {
      case "primitive":
        return presentPrimitive(type.name);
      case "bigint":
      case "builtin":
        return string;
      case "array":
        return { ...type, of: element(type.of) };
      case "set":
        return { kind: "array", of: element(type.of) };
      case "map": {
        const elements = [{ type: element(type.key) }, { type: element(type.value) }];
        return { kind: "array", of: { kind: "tuple", elements } };
      }
      case "tuple":
        return {
          ...type,
          elements: type.elements.map((one) => {
            const plain = element(one.type);
            // It may be left out, or be there as undefined.
            return { ...one, type: one.optional ? unionOf([plain, none]) : plain };
          }),
        };
      case "object":
        return {
          kind: "object",
          properties: type.properties.map(property),
          ...(type.index ? { index: type.index.map(signature) } : {}),
        };
      case "union":
        return unionOf(type.of.map(present).filter((member) => !isNever(member)));
      default:
        return type;
    }
  }

  return {
    mayBeAbsent,
    types: types.map(({ type, ...rest }) => ({ ...rest, type: present(type) })),
    of: (type) => (mayBeAbsent(type) ? withAbsent(present(type)) : present(type)),
  };
}

/** What is `unknown` may be absent without saying so. */
const withAbsent = (type: TypeModel) =>
  type.kind === "primitive" && type.name === "unknown"
    ? type
    : unionOf([type, absent].filter((member) => !isNever(member)));

const isNever = (type: TypeModel) => type.kind === "primitive" && type.name === "never";

function presentPrimitive(name: PrimitiveName): TypeModel {
  switch (name) {
    case "bigint":
      return string;
    case "number":
      return unionOf([primitive(name), none]);
    case "undefined":
    case "void":
      return primitive("never");
    default:
      return primitive(name);
  }
}
