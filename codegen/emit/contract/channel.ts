/** One channel as a contract has it. */
import type { ChannelModel, NamedType, TopicModel, TypeModel } from "../../model.js";
import { unionOf } from "../../union.js";
import { visitTypes } from "../../visit.js";
import { wireOf } from "../../wire.js";
import { byKey, type Json, type JsonObject, object, printJson } from "./json.js";
import { nameEntries } from "./name.js";
import { contractType } from "./type.js";

export function contractChannel(channel: ChannelModel): JsonObject {
  const { name, topics, types } = channel;
  const shared = namesWithin(types);
  const wire = wireOf(channel);
  const rich = inliner(types, shared);
  const plain = inliner(wire.types, shared);

  const topicOf = (topic: TopicModel) => {
    const output = ref(topic.output);
    return forms(
      ["input", rich(ref(topic.input))],
      ["output", rich(output)],
      ["wire", plain(wire.of(output))],
    );
  };
  const typeOf = ({ type }: NamedType, i: number) =>
    forms(["type", type], ["wire", wire.types[i]?.type ?? type]);
  const named = types.map((type, i) => [type.name, typeOf(type, i)] as const);
  const kept = named.filter(([name]) => shared.has(name)).sort(byKey);

  return object(
    ...nameEntries(name),
    ["topics", { members: topics.map((topic) => [topic.name, topicOf(topic)]) }],
    kept.length > 0 && ["types", { members: kept }],
  );
}

const ref = (name: string): TypeModel => ({ kind: "ref", name });

/** The forms of a payload, from the publisher to the wire; each only where it isn't the one before. */
function forms(...given: readonly (readonly [key: string, type: TypeModel])[]): JsonObject {
  const printed = given.map(([key, type]): readonly [string, Json] => [key, contractType(type)]);
  const texts = printed.map(([, type]) => printJson(type));
  return { members: printed.filter((_, i) => texts[i] !== texts[i - 1]) };
}

/** The names by which types refer to each other. A payload that none refers to is written where its topic is. */
function namesWithin(types: readonly NamedType[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { type } of types) visitTypes(type, (part) => part.kind === "ref" && names.add(part.name));
  return names;
}

/** Writes out a payload's name where nothing else refers to it. */
function inliner(types: readonly NamedType[], shared: ReadonlySet<string>) {
  const named = new Map(types.map(({ name, type }) => [name, type]));
  return function inline(type: TypeModel): TypeModel {
    if (type.kind === "union") {
      const parts = type.of.map(inline).filter((part) => !isPrimitive(part, "never"));
      return parts.find((part) => isPrimitive(part, "unknown")) ?? unionOf(parts);
    }
    const found = type.kind === "ref" && !shared.has(type.name) ? named.get(type.name) : undefined;
    return found ? inline(found) : type;
  };
}

const isPrimitive = (type: TypeModel, name: string) => type.kind === "primitive" && type.name === name;
