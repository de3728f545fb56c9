/** One channel as JSON Schema: its messages, its name, and its types. */
import { absentIn } from "../../absent.js";
import type { ChannelModel, TopicModel } from "../../model.js";
import { createDefinitions } from "./definitions.js";
import type { Hint } from "./hint.js";
import { namePattern } from "./pattern.js";
import type { JsonSchema } from "./schema.js";
import { describe, type SchemaOptions, type TypeWriter } from "./type.js";

/** What a topic's validator says of what it takes and gives. */
export interface TopicHints {
  readonly input: Hint | undefined;
  readonly output: Hint | undefined;
}

export interface ChannelOptions extends SchemaOptions {
  /** The JSON Pointer to a definition of the channel, behind `#`. */
  readonly pointerTo: (name: string) => string;
  readonly hintsOf: (topic: string) => TopicHints | undefined;
  readonly note: (path: string, why: string) => void;
}

export interface ChannelSchemas {
  /** The payload of a message as it travels (`docs/PROTOCOL.md`, "messages"). */
  readonly message: JsonSchema;
  /**
   * Its other definitions. Names of types begin with a capital; beside them are `name`, `params` and `publish`: an entry
   * of a request to publish.
   */
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Names what stood where plain JSON has no form of its own. */
const KINDS: JsonSchema = {
  description: "JSON Pointers into `data`, with the kinds of what stood there.",
  type: "object",
  additionalProperties: {
    type: "string",
    enum: [
      ...["Date", "Map", "Set", "URL", "Uint8Array", "bigint", "undefined"],
      ...["NaN", "Infinity", "-Infinity", "-0"],
    ],
  },
};

export function channelSchemas(channel: ChannelModel, options: ChannelOptions): ChannelSchemas {
  const { id, topics, types } = channel;
  const { pointerTo, hintsOf, note } = options;
  const mayBeAbsent = absentIn(types);
  const named = new Map(types.map((type) => [type.name, type]));
  const definitions = createDefinitions({
    ...options,
    types,
    note: (path, why) => note(path.startsWith("type ") ? `channel "${id}", ${path}` : path, why),
  });
  const extra: [string, JsonSchema][] = [];
  const kinds = { $ref: `#${pointerTo("kinds")}` };

  const messages = topics.map((topic) => {
    const hint = hintsOf(topic.name)?.output;
    const data = definitions.write({ kind: "ref", name: topic.output }, hint, pathOf(topic));
    const createdAt = { description: "Milliseconds since the Unix epoch.", type: "integer" };
    return envelope(topic, topic.output, data, { kinds, createdAt }, ["createdAt"]);
  });
  const requests = topics.map((topic) => {
    const key = { description: "An idempotency key.", type: "string" };
    return envelope(topic, topic.input, inputOf(topic), { kinds, key }, []);
  });

  /** What a publisher gives. Where the types are the same as a subscriber's, a validator may still ask for less. */
  function inputOf(topic: TopicModel): JsonSchema {
    const { input, output } = topic;
    const hints = hintsOf(topic.name);
    const ref = { kind: "ref", name: input } as const;
    const type = named.get(output);
    const isSame = JSON.stringify(hints?.input?.raw) === JSON.stringify(hints?.output?.raw);
    if (input !== output || !type || isSame) {
      return definitions.write(
        ref,
        input === output ? hints?.output : hints?.input,
        `${pathOf(topic)} (input)`,
      );
    }
    const name = `${output}Input`;
    extra.push([name, definitions.inline(type, hints?.input, `${pathOf(topic)} (input)`)]);
    return { $ref: `#${pointerTo(name)}` };
  }

  function pathOf(topic: TopicModel) {
    return `channel "${id}", topic "${topic.name}": data`;
  }

  function envelope(
    { name, doc }: TopicModel,
    payload: string,
    data: JsonSchema,
    more: Readonly<Record<string, JsonSchema>>,
    required: readonly string[],
  ): JsonSchema {
    const isThere = !mayBeAbsent({ kind: "ref", name: payload });
    return {
      ...describe(doc),
      type: "object",
      properties: { topic: { type: "string", const: name }, data, ...more },
      required: ["topic", ...(isThere ? ["data"] : []), ...required],
    };
  }

  const name = nameSchemas(channel, definitions);
  return {
    message: { anyOf: messages },
    definitions: {
      ...name,
      publish: { description: `What a publisher of \`${id}\` gives.`, anyOf: requests },
      kinds: KINDS,
      ...definitions.all(),
      ...Object.fromEntries(extra),
    },
  };
}

/** What the channel is called, and what its name is made of. */
function nameSchemas(
  { id, name }: ChannelModel,
  { write }: TypeWriter,
): Readonly<Record<string, JsonSchema>> {
  const description = `The name of \`${id}\`.`;
  if (name.kind === "literal") return { name: { description, type: "string", const: name.name } };
  const params = `The params of \`${id}\`.`;
  const at = `channel "${id}": params`;
  if (name.kind === "function") {
    const elements = name.params.map(({ name: label, type, optional }) => ({
      type,
      label,
      ...(optional ? { optional } : {}),
    }));
    return {
      name: { description, ...write(name.type, undefined, at) },
      params: { description: params, ...write({ kind: "tuple", elements }, undefined, at) },
    };
  }
  const string = { kind: "primitive", name: "string" } as const;
  const properties = name.values ?? name.params.map((name) => ({ name, type: string }));
  return {
    name: {
      description: `${description} Its pattern: \`${name.pattern}\`.`,
      type: "string",
      pattern: namePattern(name),
    },
    params: { description: params, ...write({ kind: "object", properties }, undefined, at) },
  };
}
