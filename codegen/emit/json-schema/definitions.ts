/** The named types of a channel as definitions: each once, whoever refers to it. */
import type { ChannelModel, NamedType } from "../../model.js";
import { ANNOTATIONS, type Hint, resolve } from "./hint.js";
import type { JsonSchema } from "./schema.js";
import { createTypeWriter, describe, type SchemaOptions, type TypeWriter } from "./type.js";

export interface Definitions extends TypeWriter {
  /** A reference to a named type. With a hint, to what a validator makes of it. */
  refTo(name: string, hint: Hint | undefined, path: string): JsonSchema;
  /** A named type in place, with what a validator says of it. */
  inline(type: NamedType, hint: Hint | undefined, path: string): JsonSchema;
  /** All that were referred to, by name, in the channel's order. */
  all(): Readonly<Record<string, JsonSchema>>;
}

export interface DefinitionOptions extends SchemaOptions {
  readonly types: ChannelModel["types"];
  /** The JSON Pointer to a definition, behind `#`. */
  readonly pointerTo: (name: string) => string;
  /** Takes note of a place where a validator's schema can't be used. */
  readonly note: (path: string, why: string) => void;
}

export function createDefinitions({ types, pointerTo, note, ...options }: DefinitionOptions): Definitions {
  const named = new Map(types.map((type) => [type.name, type]));
  /** What was made of each name: more than one thing where validators differ. */
  const made = new Map<string, Map<string, JsonSchema>>();
  const visited = new Map<string, Set<object | undefined>>();
  let settled = false;
  const writer = createTypeWriter({ ...options, types: named, refTo, note });

  function refTo(name: string, hint: Hint | undefined, path: string): JsonSchema {
    const seen = visited.get(name) ?? new Set();
    visited.set(name, seen);
    const target = hint && resolve(hint);
    const type = named.get(name);
    if (type && !settled && !seen.has(target?.raw)) {
      seen.add(target?.raw);
      const schema = inline(type, target && bare(target), path);
      const known = made.get(name) ?? new Map<string, JsonSchema>();
      made.set(name, known.set(JSON.stringify(schema), schema));
    }
    return { $ref: `#${pointerTo(name)}` };
  }

  function inline({ type, doc }: NamedType, hint: Hint | undefined, path: string): JsonSchema {
    return { ...describe(doc), ...writer.write(type, hint, path) };
  }

  return {
    ...writer,
    refTo,
    inline,
    all() {
      // Each type that was met without a hint brought its parts along: nothing new is met below.
      settled = true;
      const all: [string, JsonSchema][] = [];
      for (const type of types) {
        const [only, ...others] = made.get(type.name)?.values() ?? [];
        if (!only) continue;
        if (others.length > 0) {
          const what = "its schemas differ from one place to another, or one of them is a static one";
          note(`type ${type.name}`, what);
        }
        all.push([type.name, others.length > 0 ? inline(type, undefined, type.name) : only]);
      }
      return Object.fromEntries(all);
    },
  };
}

/** Without what is told of one use. */
function bare(hint: Hint): Hint {
  const raw = Object.fromEntries(Object.entries(hint.raw).filter(([key]) => !ANNOTATIONS.has(key)));
  return { ...hint, raw };
}
