/** Prints one channel: its types, its definition, its `subscribe`. */
import type { ChannelModel, TopicModel, TypeModel } from "../model.js";
import { type ChannelNames, namesOf } from "./scope.js";
import { docLines, propertyKey, quote, WIDTH } from "./text.js";
import { printType } from "./type.js";
import { definitionType, nameType, nameValue, paramsType, takesOne } from "./typescript-name.js";

export function printChannel(channel: ChannelModel): string {
  const { id, file, name, doc } = channel;
  const names = namesOf(channel);
  const { prefix } = names;
  const params = paramsType(name);
  const generic = `K extends ${prefix}Topic = ${prefix}Topic`;
  return [
    `// ${id}, from ${file}`,
    "",
    ...(params ? [`/** The params of \`${id}\`. */`, ...alias(`${prefix}Params`, params, names), ""] : []),
    `/** The names that \`${id}\` has. */`,
    ...alias(`${prefix}Name`, nameType(name), names),
    "",
    ...printPayloads(channel, names),
    `/** What each topic of \`${id}\` takes and gives. */`,
    `export type ${prefix}Topics = {`,
    ...channel.topics.flatMap((topic) => printTopic(topic, names)),
    "};",
    "",
    `/** The names of \`${id}\`'s topics. */`,
    `export type ${prefix}Topic = keyof ${prefix}Topics;`,
    "",
    `/** What opens \`${id}\` to a subscriber: all topics, or those of \`K\`. */`,
    ...statement(
      `export type ${prefix}Token<${generic}> =`,
      `TokenOf<${prefix}Name, Pick<${prefix}Topics, K>>;`,
    ),
    "",
    `/** What a subscriber of \`${id}\` receives: a union that narrows by \`topic\`. */`,
    ...statement(`export type ${prefix}Message<${generic}> =`, `Message<${prefix}Name, ${prefix}Topics, K>;`),
    "",
    ...docLines(doc),
    ...printDefinition(channel, names),
    "",
    ...printSubscribe(channel, names, generic),
    "",
  ].join("\n");
}

/** On one line where it fits, else on two. */
const statement = (start: string, end: string): readonly string[] => {
  const line = `${start} ${end}`;
  return line.length <= WIDTH ? [line] : [start, `  ${end}`];
};

function alias(name: string, type: TypeModel, { typeName }: ChannelNames): readonly string[] {
  const start = `export type ${name} =`;
  const text = printType(type, typeName, 0, start.length + 2);
  return [`${start}${text.startsWith("\n") ? "" : " "}${text};`];
}

function printPayloads({ id, types, topics }: ChannelModel, names: ChannelNames): readonly string[] {
  const notes = new Map<string, string>();
  for (const { name, input, output } of topics) {
    if (input !== output) notes.set(input, `What a publisher of \`${name}\` gives.`);
    notes.set(output, `What a subscriber gets of \`${name}\`.`);
  }
  return types.flatMap(({ name, type, doc }) => [
    ...docLines(doc ?? notes.get(name) ?? `Part of what \`${id}\` carries.`),
    ...alias(names.typeName(name), type, names),
    "",
  ]);
}

function printTopic({ name, doc, input, output }: TopicModel, { typeName }: ChannelNames): readonly string[] {
  return [
    ...docLines(doc, 1),
    `  readonly ${propertyKey(name)}: Topic<${typeName(input)}, ${typeName(output)}>;`,
  ];
}

function printDefinition({ id, name, topics }: ChannelModel, names: ChannelNames): readonly string[] {
  const start = `export const ${id}: ${definitionType(name, names)} = /* @__PURE__ */ define(`;
  const given = nameValue(name, names);
  const quoted = topics.map((topic) => quote(topic.name));
  const list = `[${quoted.join(", ")}]`;
  const line = `${start}${given}, ${list});`;
  if (line.length <= WIDTH) return [line];
  if (`${start}${given}, [`.length <= WIDTH && `  ${list},`.length > WIDTH) {
    return [`${start}${given}, [`, ...quoted.map((topic) => `  ${topic},`), "]);"];
  }
  const lines =
    `  ${list},`.length <= WIDTH
      ? [`  ${list},`]
      : ["  [", ...quoted.map((topic) => `    ${topic},`), "  ],"];
  return [start, `  ${given},`, ...lines, ");"];
}

function printSubscribe(
  { id, name, topics }: ChannelModel,
  { prefix }: ChannelNames,
  generic: string,
): readonly string[] {
  const hasParams = paramsType(name) !== undefined;
  const args = !hasParams ? "" : takesOne(name) ? "params" : "...params";
  const channel = name.kind === "literal" ? id : `${id}(${args})`;
  const example = quote(topics[0]?.name ?? "");
  return [
    `/** What {@link subscribe${prefix}} takes. */`,
    ...statement(
      `export type ${prefix}SubscribeOptions<${generic}> =`,
      `SubscribeOptions<${prefix}Name, ${prefix}Topics, K>${hasParams ? ` & { readonly params: ${prefix}Params }` : ""};`,
    ),
    "",
    ...docLines(
      `Subscribes to \`${id}\`: to all topics, or to \`topics: [${example}]\`. Messages narrow by \`topic\`.`,
    ),
    `export async function subscribe${prefix}<const ${generic}>({`,
    ...(hasParams ? ["  params,"] : []),
    "  client = { subscribe },",
    "  ...options",
    `}: ${prefix}SubscribeOptions<K>): Promise<Subscription<${prefix}Message<K>>> {`,
    `  return client.subscribe<${prefix}Name, ${prefix}Topics, K>({ ...options, channel: ${channel} });`,
    "}",
  ];
}
