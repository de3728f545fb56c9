/** The named types of one channel: which compiler type has which name. */
import type { ts } from "ts-morph";
import { pascalCase } from "../identifier.js";
import type { NamedType, TypeModel } from "../model.js";

/** What a name stands for: in words, for an error, and where. */
export interface Origin {
  readonly what: string;
  readonly node: ts.Node;
  readonly doc?: string | undefined;
}

/** Two types that would have one name. */
export interface Collision {
  readonly name: string;
  readonly first: Origin;
  readonly second: Origin;
}

interface Entry {
  readonly type: ts.Type;
  readonly origin: Origin;
  model?: TypeModel;
}

/** The names of a channel. `topics` are the names that its topics' payloads have. */
export function createNames(channel: string, topics: ReadonlySet<string>) {
  let entries = new Map<string, Entry>();
  let names = new Map<ts.Type, string>();
  let models = new Map<ts.Type, TypeModel>();
  let collisions: readonly Collision[] = [];
  const prefix = pascalCase(channel);

  return {
    /** The name of a type that was claimed before. */
    of: (type: ts.Type) => names.get(type),

    /** Whether some type has that name. */
    has: (name: string) => entries.has(name),

    /** Gives a name to a type. With `lasting`, further uses of the same type refer to it. */
    claim(type: ts.Type, name: string, origin: Origin, lasting = true) {
      const other = entries.get(name);
      if (other) collisions = [...collisions, { name, first: other.origin, second: origin }];
      else entries.set(name, { type, origin });
      if (lasting) this.keep(type, name);
    },

    /** From here on, the type is referred to by a name that it has. */
    keep(type: ts.Type, name: string) {
      if (!names.has(type)) names.set(type, name);
    },

    /** What a type without a name was read as: a large one isn't read twice. */
    modelOf: (type: ts.Type) => models.get(type),

    keepModel(type: ts.Type, model: TypeModel) {
      models.set(type, model);
    },

    /** Names that two types would have. */
    collisions: () => collisions,

    define(name: string, model: TypeModel) {
      const entry = entries.get(name);
      if (entry) entry.model = model;
    },

    /**
     * The name for a part of a payload. `ScanStep` in a channel `scan` is called `Step`: the channel's name is put before
     * it anyway. A topic's payload goes before a part of the same name.
     */
    forPart(text: string) {
      const name = pascalCase(text);
      const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
      const short = /^\p{Lu}/u.test(rest) ? rest : name;
      return topics.has(short) ? `${short}Type` : short;
    },

    defined(): ReadonlyMap<string, NamedType> {
      const types = new Map<string, NamedType>();
      for (const [name, { model, origin }] of entries) {
        const doc = origin.doc === undefined ? {} : { doc: origin.doc };
        if (model) types.set(name, { name, ...doc, type: model });
      }
      return types;
    },

    /** Runs `read` and gives what it gives; where that is false, whatever it named is forgotten. */
    attempt(read: () => boolean): boolean {
      const before = {
        entries: new Map(entries),
        names: new Map(names),
        models: new Map(models),
        collisions,
      };
      if (read()) return true;
      ({ entries, names, models, collisions } = before);
      return false;
    },
  };
}

export type Names = ReturnType<typeof createNames>;

/** Types in the order in which a reader meets them: what a root refers to comes after it. */
export function inReadingOrder(roots: unknown, types: ReadonlyMap<string, NamedType>): readonly NamedType[] {
  const ordered = new Map<string, NamedType>();
  const visit = (name: string) => {
    const type = types.get(name);
    if (!type || ordered.has(name)) return;
    ordered.set(name, type);
    refsIn(type.type).forEach(visit);
  };
  refsIn(roots).forEach(visit);
  return [...ordered.values()];
}

function refsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("kind" in value && value.kind === "ref" && "name" in value) return [String(value.name)];
  return Object.values(value).flatMap(refsIn);
}
