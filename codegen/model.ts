/**
 * What was read of a project, in a form of our own: data alone (it survives JSON), without a path, a line or an order
 * that could differ between two machines. Emitters know this and nothing of a compiler.
 */

/** Goes up when a reader of an older model would misread a newer one. */
export const MODEL_VERSION = 1;

/** The channels of a project, by file and by their order in it. `halyard list --json` prints it. */
export interface Model {
  readonly version: typeof MODEL_VERSION;
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

export interface ChannelModel {
  /** The name of its export: an identifier. Unique in a model. */
  readonly id: string;
  /** Where it is declared: relative to the project's folder, with `/` on every system. */
  readonly file: string;
  /** What its JSDoc says, without the comment's marks. */
  readonly doc?: string;
  readonly name: NameModel;
  /** In the order of their declaration. */
  readonly topics: readonly TopicModel[];
  /** What its topics refer to by name: their payloads, and named or recursive types within these. */
  readonly types: readonly NamedType[];
}

/** How a channel gets its name. */
export type NameModel =
  | { readonly kind: "literal"; readonly name: string }
  | {
      readonly kind: "pattern";
      readonly pattern: string;
      readonly params: readonly string[];
      /**
       * What a `params` schema makes of the params' texts, in the pattern's order: literals, strings, numbers, bigints,
       * booleans, and unions of them in which no two members have one text. Without it, params are their texts.
       */
      readonly values?: readonly Property[];
    }
  | {
      readonly kind: "function";
      /** The type of what the function returns. */
      readonly type: TypeModel;
      readonly params: readonly ParamModel[];
      /** What the function does, as text and holes. */
      readonly template: readonly (string | Hole)[];
    };

/** A param of a name function. */
export interface ParamModel {
  /** An identifier; `params` where the function takes its param apart. */
  readonly name: string;
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

export interface TopicModel {
  readonly name: string;
  readonly doc?: string;
  /** The names of its types in the channel's `types`: what `publish` takes. The same as `output` where they don't differ. */
  readonly input: string;
  /** What a subscriber gets. */
  readonly output: string;
}

export interface NamedType {
  /** PascalCase, unique in its channel. */
  readonly name: string;
  readonly doc?: string;
  readonly type: TypeModel;
}

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

export type TypeModel =
  | { readonly kind: "primitive"; readonly name: PrimitiveName }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "bigint"; readonly value: string }
  /** A template literal: one text more than there are types. */
  | { readonly kind: "template"; readonly texts: readonly string[]; readonly types: readonly TypeModel[] }
  | { readonly kind: "builtin"; readonly name: BuiltinName }
  | { readonly kind: "array"; readonly readonly?: true; readonly of: TypeModel }
  | { readonly kind: "set"; readonly readonly?: true; readonly of: TypeModel }
  | { readonly kind: "map"; readonly readonly?: true; readonly key: TypeModel; readonly value: TypeModel }
  | { readonly kind: "tuple"; readonly readonly?: true; readonly elements: readonly TupleElement[] }
  | {
      readonly kind: "object";
      readonly properties: readonly Property[];
      readonly index?: readonly IndexSignature[];
    }
  /** Sorted, flat, each member once. */
  | { readonly kind: "union"; readonly of: readonly TypeModel[] }
  /** One of the channel's `types`. */
  | { readonly kind: "ref"; readonly name: string };

export interface TupleElement {
  readonly type: TypeModel;
  readonly label?: string;
  readonly optional?: true;
  /** `type` is then that of one element. */
  readonly rest?: true;
}

export interface Property {
  readonly name: string;
  readonly doc?: string;
  readonly type: TypeModel;
  readonly optional?: true;
  readonly readonly?: true;
}

export interface IndexSignature {
  readonly key: TypeModel;
  readonly type: TypeModel;
  readonly readonly?: true;
  /** It is for other keys alone: some property that it covers has a type that doesn't fit, as in `{ id: string } & Record<string, number>`. */
  readonly others?: true;
}
