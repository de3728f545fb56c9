/**
 * Prints a channel's `subscribe`. All topics, and each topic alone, have signatures of their own without type params: a
 * generic one would be worked out again for each channel, at several times the cost of all else in the file.
 */
import type { ChannelModel, TopicModel } from "../model.js";
import type { ChannelNames } from "./scope.js";
import { docLines, quote, statement, union } from "./text.js";
import { channelFor, paramsType } from "./typescript-name.js";

export function printSubscribe(channel: ChannelModel, names: ChannelNames): readonly string[] {
  const { prefix } = names;
  const { id, name, topics } = channel;
  const [first, ...others] = topics;
  const hasParams = paramsType(name) !== undefined;
  const base = hasParams ? `${prefix}SubscribeBase` : "SubscribeBase";
  const generic = `K extends ${prefix}Topic = ${prefix}Topic`;
  const example = quote(first?.name ?? "");
  return [
    `/** What opens at least the topics \`K\` of \`${id}\`. */`,
    `interface ${prefix}Opener<${generic}> {`,
    `  readonly channel: ${prefix}Name;`,
    "  readonly key: string;",
    "  /** Types only. */",
    `  readonly "~covers"?: { readonly [T in K]: ${prefix}Topics[T] };`,
    "}",
    "",
    ...(hasParams
      ? [`interface ${base} extends SubscribeBase {`, `  readonly params: ${prefix}Params;`, "}", ""]
      : []),
    `/** What {@link subscribe${prefix}} takes. */`,
    ...statement(`export interface ${prefix}SubscribeOptions<${generic}>`, `extends ${base} {`),
    ...union(
      "readonly token:",
      [`${prefix}Opener<NoInfer<K>>`, "string", `Fetch<${prefix}Opener<NoInfer<K>> | string>`],
      1,
    ),
    "  /** Default: all topics. */",
    "  readonly topics?: readonly K[] | undefined;",
    "  /** A function for all messages, or one for each topic. A promise is awaited before the next message. */",
    ...handlers(`${prefix}Messages`, "K", 1),
    "}",
    "",
    `/** What {@link subscribe${prefix}} is${others.length > 0 ? ": for all topics, for each alone, and for some" : ""}. */`,
    `export interface ${prefix}Subscribe {`,
    ...(others.length > 0 ? [...printAll(base, prefix), ...topics.flatMap(printOne(base, prefix))] : []),
    ...statement(
      others.length > 0
        ? `  <const ${generic}>(options: ${prefix}SubscribeOptions<K>):`
        : `  (options: ${prefix}SubscribeOptions):`,
      `Promise<Subscription<${prefix}Messages[${others.length > 0 ? "K" : `${prefix}Topic`}]>>;`,
      1,
    ),
    "}",
    "",
    ...docLines(
      `Subscribes to \`${id}\`: to all topics, or to \`topics: [${example}]\`. Messages narrow by \`topic\`.`,
    ),
    ...statement(
      `export const subscribe${prefix} =`,
      `/* @__PURE__ */ subscriberTo(${channelFor(channel, names)}) as ${prefix}Subscribe;`,
    ),
  ];
}

/** Takes topics that came as `any`, too. Editors complete from it: that is what the list is for which there can't be. */
const printAll = (base: string, prefix: string) => {
  const topics = [
    "readonly Untyped[]",
    `{ readonly [index: number]: ${prefix}Topic; readonly length: never }`,
  ];
  return signature(base, `${prefix}Messages[${prefix}Topic]`, [
    ...union("readonly topics?:", [...topics, "undefined"], 3),
    ...token(prefix),
    ...handlers(`${prefix}Messages`, `${prefix}Topic`, 3),
  ]);
};

const printOne =
  (base: string, prefix: string) =>
  ({ name }: TopicModel) => {
    const topic = quote(name);
    return signature(base, `${prefix}Messages[${topic}]`, [
      `      readonly topics: readonly ${topic}[];`,
      ...token(prefix, topic),
      `      readonly onMessage?: ((message: ${prefix}Messages[${topic}]) => unknown) | undefined;`,
    ]);
  };

/** The tokens that come mostly: of this topic, of all. Whatever else opens it, the last signature takes. */
const token = (prefix: string, topic?: string) => {
  const openers = [...(topic ? [`${prefix}Token<${topic}>`] : []), `${prefix}Token`, "string"];
  return union("readonly token:", [...openers, `Fetch<${openers.join(" | ")}>`], 3);
};

const handlers = (messages: string, topics: string, level: number) =>
  union(
    "readonly onMessage?:",
    [
      `((message: ${messages}[${topics}]) => unknown)`,
      `{ readonly [T in ${topics}]: (message: ${messages}[T]) => unknown }`,
      "undefined",
    ],
    level,
  );

const signature = (base: string, message: string, members: readonly string[]): readonly string[] => [
  "  (",
  `    options: ${base} & {`,
  ...members,
  "    },",
  `  ): Promise<Subscription<${message}>>;`,
];
