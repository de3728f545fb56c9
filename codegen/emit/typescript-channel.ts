/** Prints one channel: its types, its definition, its `subscribe`. */
import type { ChannelModel, Hole, NameModel, Property, TopicModel, TypeModel } from "../model.js";
import { isIdentifier } from "../identifier.js";
import { type ChannelNames, namesOf } from "./scope.js";
import { docLines, quote, WIDTH } from "./text.js";
import { printType } from "./type.js";

export function printChannel(channel: ChannelModel): string {
  const names = namesOf(channel);
  const { prefix } = names;
  const params = paramsOf(channel.name);
  const topics = `keyof ${prefix}Topics`;
  return [
    `// ${channel.id}, from ${channel.file}`,
    "",
    ...(params ? [`/** What a \`${channel.id}\` is called with. */`, alias(`${prefix}Params`, params, names), ""] : []),
    `/** The names of \`${channel.id}\`. */`,
    alias(`${prefix}Name`, nameType(channel.name), names),
    "",
    ...printTypes(channel, names),
    `/** What each topic of \`${channel.id}\` takes and gives. */`,
    `export type ${prefix}Topics = {`,
    ...channel.topics.flatMap((topic) => [
      ...docLines(topic.doc, 1),
      `  readonly ${isIdentifier(topic.name) ? topic.name : quote(topic.name)}: ${topicType(topic, names)};`,
    ]),
    "};",
    "",
    `/** What opens \`${channel.id}\` to a subscriber: all topics, or those of \`K\`. */`,
    `export type ${prefix}Token<K extends ${topics} = ${topics}> = TokenOf<${prefix}Name, Pick<${prefix}Topics, K>>;`,
    "",
    `/** What a subscriber of \`${channel.id}\` receives: a union that narrows by \`topic\`. */`,
    `export type ${prefix}Message<K extends ${topics} = ${topics}> = Message<${prefix}Name, ${prefix}Topics, K>;`,
    "",
    ...docLines(channel.doc),
    ...printDefinition(channel, names),
    "",
    ...printSubscribe(channel, names, params !== undefined),
    "",
  ].join("\n");
}

const alias = (name: string, type: TypeModel, { typeName }: ChannelNames) => {
  const start = `export type ${name} =`;
  const text = printType(type, typeName, 0, start.length + 2);
  return `${start}${text.startsWith("\n") ? "" : " "}${text};`;
};

function printTypes({ id, types, topics }: ChannelModel, names: ChannelNames): readonly string[] {
  const notes = new Map<string, string>();
  for (const { name, input, output } of topics) {
    if (input !== output) notes.set(input, `What a publisher of \`${name}\` gives.`);
    notes.set(output, `What a subscriber gets of \`${name}\`.`);
  }
  return types.flatMap(({ name, type, doc }) => [
    ...docLines(doc ?? notes.get(name) ?? `Part of what \`${id}\` carries.`),
    alias(names.typeName(name), type, names),
    "",
  ]);
}

const topicType = ({ input, output }: TopicModel, { typeName }: ChannelNames) =>
  `Topic<${typeName(input)}, ${typeName(output)}>`;

function printDefinition({ id, name, topics }: ChannelModel, names: ChannelNames): readonly string[] {
  const { prefix } = names;
  const type = {
    literal: () => `Channel<${prefix}Name, ${prefix}Topics>`,
    pattern: () => `PatternDef<${quote(name.kind === "pattern" ? name.pattern : "")}, ${prefix}Topics>`,
    function: () => `ChannelDef<${prefix}Name, ${argumentsType(name, prefix)}, ${prefix}Topics>`,
  }[name.kind]();
  const start = `export const ${id}: ${type} = /* @__PURE__ */ define(`;
  const given = nameValue(name, names);
  const list = topics.map((topic) => quote(topic.name));
  const line = `${start}${given}, [${list.join(", ")}]);`;
  if (line.length <= WIDTH) return [line];
  const short = `  [${list.join(", ")}],`;
  return [start, `  ${given},`, ...(short.length <= WIDTH ? [short] : ["  [", ...list.map((topic) => `    ${topic},`), "  ],"]), ");"];
}

function nameType(name: NameModel): TypeModel {
  if (name.kind === "literal") return { kind: "literal", value: name.name };
  if (name.kind === "function") return name.type;
  const texts = name.pattern.split(/\{[^{}]*\}/);
  return { kind: "template", texts, types: texts.slice(1).map(() => ({ kind: "primitive", name: "string" })) };
}

/** The type of a helper's `params`; none where there is nothing to give. */
function paramsOf(name: NameModel): TypeModel | undefined {
  if (name.kind === "pattern") {
    const properties = name.params.map(
      (name): Property => ({ name, type: { kind: "primitive", name: "string" }, readonly: true }),
    );
    return { kind: "object", properties };
  }
  if (name.kind === "literal" || name.params.length === 0) return undefined;
  const [only, ...more] = name.params;
  if (only && more.length === 0 && !only.optional) return only.type;
  return {
    kind: "tuple",
    elements: name.params.map(({ name: label, ...param }) => ({ label, ...param })),
  };
}

const takesOne = (name: NameModel) => name.kind !== "function" || (name.params.length === 1 && !name.params[0]?.optional);

function argumentsType(name: NameModel, prefix: string): string {
  if (name.kind !== "function" || name.params.length === 0) return "[]";
  const [only] = name.params;
  return takesOne(name) && only ? `[${only.name}: ${prefix}Params]` : `${prefix}Params`;
}

/** The first argument of `define`: the name, or the function that makes it. */
function nameValue(name: NameModel, { prefix, typeName }: ChannelNames): string {
  if (name.kind === "literal") return quote(name.name);
  if (name.kind === "pattern") return quote(name.pattern);
  const params = name.params.map((param) => {
    const type = takesOne(name) ? `${prefix}Params` : printType(param.type, typeName);
    return `${param.name}${param.optional ? "?" : ""}: ${type}`;
  });
  const parts = name.template.map((part) => (typeof part === "string" ? part.replace(/[\\`]|\$(?=\{)/g, "\\$&") : hole(part, name.params)));
  return `(${params.join(", ")}) => \`${parts.join("")}\``;
}

function hole({ param, path, encode }: Hole, params: readonly { readonly name: string }[]): string {
  const value = [params[param]?.name, ...path].join(".");
  return encode ? `\${encodeURIComponent(${value})}` : `\${${value}}`;
}

function printSubscribe({ id, name, topics }: ChannelModel, { prefix }: ChannelNames, hasParams: boolean): readonly string[] {
  const options = `SubscribeOptions<${prefix}Name, ${prefix}Topics, K>`;
  const given = takesOne(name) ? "params" : "...params";
  const channel = name.kind === "literal" ? id : `${id}(${hasParams ? given : ""})`;
  const [first] = topics;
  return [
    `/** What {@link subscribe${prefix}} takes. */`,
    `export type ${prefix}SubscribeOptions<K extends keyof ${prefix}Topics = keyof ${prefix}Topics> =`,
    `  ${hasParams ? `{ readonly params: ${prefix}Params } & ` : ""}${options};`,
    "",
    ...docLines(
      `Subscribes to \`${id}\`: to all topics, or to \`topics\`, such as \`[${quote(first?.name ?? "")}]\`. Messages narrow by \`topic\`.`,
    ),
    `export function subscribe${prefix}<const K extends keyof ${prefix}Topics = keyof ${prefix}Topics>(`,
    `  ${hasParams ? "{ params, ...options }" : "options"}: ${prefix}SubscribeOptions<K>,`,
    `): Promise<Subscription<${prefix}Message<K>>> {`,
    `  return subscribe<${prefix}Name, ${prefix}Topics, K>({ ...options, channel: ${channel} });`,
    "}",
  ];
}
