/** Prints one channel: its types and its definition. */
import type { ChannelModel, TopicModel, TypeModel } from "../model.js";
import { type ChannelNames, namesOf } from "./scope.js";
import { docLines, list, propertyKey, quote, statement } from "./text.js";
import { printType } from "./type.js";
import {
  definitionBase,
  nameType,
  nameValue,
  paramsType,
  paramsValues,
  takesOne,
} from "./typescript-name.js";
import { printPublish } from "./typescript-publish.js";
import { printSubscribe } from "./typescript-subscribe.js";

export function printChannel(channel: ChannelModel): string {
  const { id, file, name, topics } = channel;
  const names = namesOf(channel);
  const { prefix } = names;
  const params = paramsType(name);
  const generic = `K extends ${prefix}Topic = ${prefix}Topic`;
  const opened = `{ readonly [T in K]: ${prefix}Topics[T] }`;
  return [
    `// ${id}, from ${file}`,
    "",
    ...(params ? [`/** The params of \`${id}\`. */`, ...alias(`${prefix}Params`, params, names), ""] : []),
    `/** The names that \`${id}\` has. */`,
    ...alias(`${prefix}Name`, nameType(name), names),
    "",
    ...printPayloads(channel, names),
    `/** What each topic of \`${id}\` takes and gives. */`,
    `export interface ${prefix}Topics {`,
    ...topics.flatMap((topic) => printTopic(topic, names)),
    "}",
    "",
    `/** The names of \`${id}\`'s topics. */`,
    `export type ${prefix}Topic = keyof ${prefix}Topics;`,
    "",
    `/** What a subscriber of \`${id}\` receives, by topic. */`,
    `export interface ${prefix}Messages {`,
    ...topics.flatMap(({ name, output }) => {
      const args = [`${prefix}Name`, quote(name), names.typeName(output)];
      return list(`readonly ${propertyKey(name)}: MessageOf<`, args, ">;", 1, "");
    }),
    "}",
    "",
    `/** What a subscriber of \`${id}\` receives: a union that narrows by \`topic\`. */`,
    ...statement(`export type ${prefix}Message<${generic}> =`, `${prefix}Messages[K];`),
    "",
    `/** What opens \`${id}\` to a subscriber: all topics, or those of \`K\`. */`,
    ...statement(`export interface ${prefix}Token<${generic}>`, "extends TokenBase {"),
    `  readonly channel: ${prefix}Name;`,
    "  readonly topics: readonly K[];",
    "  /** Types only. */",
    `  readonly "~covers"?: ${opened};`,
    "  /** Types only: tokens of different topics differ. */",
    '  readonly "~exact"?: (',
    `    topics: ${opened},`,
    `  ) => ${opened};`,
    "}",
    "",
    `/** \`${id}\` of one name, with a reference for each of its topics. */`,
    `export type ${prefix}Channel = ChannelBase<${prefix}Name, ${prefix}Topics> & {`,
    ...topics.flatMap(({ name, doc, input, output }) => {
      const args = [names.typeName(input), names.typeName(output), `${prefix}Name`, quote(name)];
      return [...docLines(doc, 1), ...list(`readonly ${propertyKey(name)}: TopicRef<`, args, ">;", 1, "")];
    }),
    "};",
    "",
    ...printDefinition(channel, names),
    "",
    ...printSubscribe(channel, names),
    "",
    ...printPublish(channel, names),
    "",
  ].join("\n");
}

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

function printDefinition(channel: ChannelModel, names: ChannelNames): readonly string[] {
  const { id, name, topics, doc } = channel;
  const values = paramsValues(name);
  const quoted = topics.map(({ name }) => quote(name));
  const args = [nameValue(name, names), `[${quoted.join(", ")}]`, ...(values ? [values] : [])];
  const start = `export const ${id} = /* @__PURE__ */ defineChannel(`;
  const end = `) as ${names.prefix}${name.kind === "literal" ? "Channel" : "Definition"};`;
  const [line = "", ...lines] = list(start, args, end);
  return [
    ...printDefinitionType(channel, names),
    ...docLines(doc),
    line,
    ...lines.flatMap((line, i) => (i === 1 ? list("[", quoted, "],", 1) : [line])),
  ];
}

function printDefinitionType({ id, name }: ChannelModel, names: ChannelNames): readonly string[] {
  if (name.kind === "literal") return [];
  const { prefix } = names;
  const params = paramsType(name);
  const given = !params ? "" : takesOne(name) ? `params: ${prefix}Params` : `...params: ${prefix}Params`;
  return [
    `/** \`${id}\`, to be called${params ? " with its params" : ""}. */`,
    ...statement(`export interface ${prefix}Definition`, `extends ${definitionBase(name, names)} {`),
    `  (${given}): ${prefix}Channel;`,
    "}",
    "",
  ];
}
