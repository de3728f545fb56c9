/**
 * What was read of a project, in a form of our own: data alone (it survives JSON), without a path, a line or an order
 * that could differ between two machines. Emitters know this and nothing of a compiler.
 */

/** The version of models that this package reads and writes. */
export const MODEL_VERSION = 1;

/** The channels of a project, by file and by their order in it. `halyard list --json` prints it. */
export interface Model {
  /** Goes up when who reads an older model would misread a newer one. */
  readonly version: typeof MODEL_VERSION;
  /** By file, and by their order in it. */
  readonly channels: readonly ChannelModel[];
  /** The exported registries, by file and by their order in it. */
  readonly registries: readonly RegistryModel[];
}

/** A registry: channels by a name of the user's choice. */
export interface RegistryModel {
  /** The name of its export. Differs from those of all channels. */
  readonly id: string;
  /** Where it is declared: relative to the project's folder, with `/` on every system. */
  readonly file: string;
  /** What its JSDoc says. */
  readonly doc?: string;
  /** In the order of their declaration: the key in the registry, and the `id` of a channel of the model. */
  readonly channels: readonly { readonly key: string; readonly channel: string }[];
}

/** A channel that the project exports. */
export interface ChannelModel {
  /** The name of its export: an identifier. Unique in a model. */
  readonly id: string;
  /** Where it is declared: relative to the project's folder, with `/` on every system. */
  readonly file: string;
  /** What its JSDoc says, without the comment's marks. */
  readonly doc?: string;
  /** How it gets its name. */
  readonly name: NameModel;
  /** In the order of their declaration. */
  readonly topics: readonly TopicModel[];
  /** What its topics refer to by name: their payloads, and named or recursive types within these. */
  readonly types: readonly NamedType[];
}

/** How a channel gets its name. */
export type NameModel =
  /** It has one name. */
  | { readonly kind: "literal"; readonly name: string }
  /** By a pattern such as `"scan:{scanId}"`. */
  | {
      readonly kind: "pattern";
      readonly pattern: string;
      /** Their names, in the pattern's order. */
      readonly params: readonly string[];
      /**
       * What a `params` schema makes of the params' texts, in the pattern's order: literals, strings, numbers, bigints,
       * booleans, and unions of them in which no two members have one text. Without it, params are their texts.
       */
      readonly values?: readonly Property[];
    }
  /** By a function. */
  | {
      readonly kind: "function";
      /** The type of what the function returns. */
      readonly type: TypeModel;
      /** In their order. */
      readonly params: readonly ParamModel[];
      /** What the function does, as text and holes. */
      readonly template: readonly (string | Hole)[];
    };

/** A param of a name function. */
export interface ParamModel {
  /** An identifier; `params` where the function takes its param apart. */
  readonly name: string;
  /** Its type; it may refer to the channel's `types`. */
  readonly type: TypeModel;
  /** It may be left out. */
  readonly optional?: true;
}

/** Where a value goes into a name. */
export interface Hole {
  /** The index of the function's param. */
  readonly param: number;
  /** The keys from the param to the value; empty for the param itself. */
  readonly path: readonly string[];
  /** Whether it goes through `encodeURIComponent`. */
  readonly encode?: true;
}

/** A topic of a channel. */
export interface TopicModel {
  /** Whatever text it is called by. */
  readonly name: string;
  /** What its JSDoc says. */
  readonly doc?: string;
  /** The name, in the channel's `types`, of what `publish` takes. The same as `output` where they don't differ. */
  readonly input: string;
  /** The name, in the channel's `types`, of what a subscriber gets. */
  readonly output: string;
}

/** A type of a channel that has a name. */
export interface NamedType {
  /** PascalCase, unique in its channel. */
  readonly name: string;
  /** What its JSDoc says. */
  readonly doc?: string;
  /** What it is; another `ref` where one type has two names. */
  readonly type: TypeModel;
}

/** Types without parts. `object` is what isn't primitive; `void` says of a payload what `undefined` says. */
export type PrimitiveName =
  | "string"
  | "number"
  | "boolean"
  | "bigint"
  | "null"
  | "undefined"
  | "void"
  | "unknown"
  | "never"
  | "object";

/** What the codec restores whole. */
export type BuiltinName = "Date" | "URL" | "Uint8Array";

/** A type, structurally: nothing of the user's sources is referred to. */
export type TypeModel =
  /** A type without parts. */
  | { readonly kind: "primitive"; readonly name: PrimitiveName }
  /** The value alone. */
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  /** One bigint: its digits, with a minus in front where it is negative. */
  | { readonly kind: "bigint"; readonly value: string }
  /** A template literal: texts with types between them, one text more than there are types. */
  | { readonly kind: "template"; readonly texts: readonly string[]; readonly types: readonly TypeModel[] }
  /** What the codec restores whole. */
  | { readonly kind: "builtin"; readonly name: BuiltinName }
  /** `T[]`, or `readonly T[]`. */
  | { readonly kind: "array"; readonly readonly?: true; readonly of: TypeModel }
  /** `Set<T>`, or `ReadonlySet<T>`. */
  | { readonly kind: "set"; readonly readonly?: true; readonly of: TypeModel }
  /** `Map<K, V>`, or `ReadonlyMap<K, V>`. */
  | { readonly kind: "map"; readonly readonly?: true; readonly key: TypeModel; readonly value: TypeModel }
  /** A list that goes place by place. */
  | { readonly kind: "tuple"; readonly readonly?: true; readonly elements: readonly TupleElement[] }
  /** A plain object. One without members may be anything but null. */
  | {
      readonly kind: "object";
      /** In the order of their declaration. */
      readonly properties: readonly Property[];
      /** Of other keys. */
      readonly index?: readonly IndexSignature[];
    }
  /** Any of some types: sorted, flat, each once, at least two. */
  | { readonly kind: "union"; readonly of: readonly TypeModel[] }
  /** One of the channel's `types`. */
  | { readonly kind: "ref"; readonly name: string };

/** A place of a tuple. */
export interface TupleElement {
  /** Of one element, also where `rest` is set. */
  readonly type: TypeModel;
  /** An identifier. */
  readonly label?: string;
  /** It may be left out. */
  readonly optional?: true;
  /** Any number of elements. */
  readonly rest?: true;
}

/** A property of an object. */
export interface Property {
  /** Whatever text it is called by. */
  readonly name: string;
  /** What its JSDoc says. */
  readonly doc?: string;
  /** Its type. With `optional`, it has `undefined` only where that may be given. */
  readonly type: TypeModel;
  /** It may be left out. */
  readonly optional?: true;
  /** It is `readonly`. */
  readonly readonly?: true;
}

/** `[key: K]: T`. */
export interface IndexSignature {
  /** `string`, `number`, or a template of texts. */
  readonly key: TypeModel;
  /** Of the values. */
  readonly type: TypeModel;
  /** It is `readonly`. */
  readonly readonly?: true;
  /** It is for other keys alone: some property that it covers has a type that doesn't fit, as in `{ id: string } & Record<string, number>`. */
  readonly others?: true;
}
