/** Prints what comes before the channels: imports, and what they share. */
import type { Model } from "../model.js";
import { PUBLISH_BASE, PUBLISH_NAMES, PUBLISHER_TO } from "./typescript-publish.js";

/** What the head declares and imports: no channel may be called so, nor its types. */
export const headNames = ({ registries }: Pick<Model, "registries">): readonly string[] => [
  ...HEAD_NAMES,
  ...IMPORTED_NAMES,
  ...(registries.length > 0 ? REGISTRY_NAMES : []),
];

/** What the head has where there is a registry. */
const REGISTRY_NAMES: readonly string[] = ["Registry", "defineRegistry", "registry"];

const HEAD_NAMES: readonly string[] = [
  ...["ChannelBase", "DefinitionBase", "PatternBase", "TokenBase", "SubscribeBase"],
  ...["Fetch", "Given", "Untyped", "Values"],
  ...["defineChannel", "paramsSchema", "subscriberTo"],
  ...PUBLISH_NAMES,
];

const IMPORTED_NAMES: readonly string[] = [
  ...["ChannelDef", "ChannelOptions", "Client", "MessageOf", "PublishOptions", "PublishToken"],
  ...["Subscription", "Topic", "TopicRef", "publish", "realtime", "staticSchema", "subscribe"],
];

export function printHead({ channels, registries }: Model, mark: string): string {
  const names = channels.map(({ name }) => name);
  const hasPatterns = names.some(({ kind }) => kind === "pattern");
  const hasFunctions = names.some(({ kind }) => kind === "function");
  const hasValues = names.some((name) => name.kind === "pattern" && name.values);
  const values = hasValues ? ", values?: Values" : "";
  const parts = [
    imports(hasPatterns || hasFunctions, registries.length > 0),
    CHANNEL_BASE,
    ...(hasFunctions ? [DEFINITION_BASE] : []),
    ...(hasPatterns ? [PATTERN_BASE] : []),
    TOKENS,
    ...(channels.some(({ topics }) => topics.length > 1) ? [UNTYPED] : []),
    SUBSCRIBE_BASE,
    PUBLISH_BASE,
    ...(hasValues ? [PARAMS_SCHEMA] : []),
    `/** A channel without validators. What it is in detail, the type at each call says. */
function defineChannel(name: unknown, topics: readonly string[]${values}): unknown {
  const schema = staticSchema<unknown>();
  const configs = Object.fromEntries(topics.map((topic) => [topic, { schema }]));
  return realtime.channel({ name, topics: configs${hasValues ? ", ...(values && { params: paramsSchema(values) })" : ""} } as never);
}
`,
    SUBSCRIBER_TO,
    PUBLISHER_TO,
    ...(registries.length > 0 ? [DEFINE_REGISTRY] : []),
  ];
  return `// ${mark}\n/* eslint-disable */\n\n${parts.join("\n")}`;
}

const imports = (hasDefinitions: boolean, hasRegistries: boolean) => `import {
${hasDefinitions ? "  type ChannelDef,\n" : ""}  type MessageOf,
${hasRegistries ? "  type Registry,\n" : ""}  realtime,
${hasRegistries ? "  registry,\n" : ""}  staticSchema,
  type Topic,
  type TopicRef,
} from "halyard";
import {
  type ChannelOptions,
  type Client,
  type PublishOptions,
  type PublishToken,
  publish,
  type Subscription,
  subscribe,
} from "halyard/client";
`;

// The types below are written out, and generic only where it costs a user's compiler next to nothing:
// what `Channel`, `PatternDef`, `TokenOf` and `ChannelOptions` work out, would be worked out again for each channel.
const CHANNEL_BASE = `/** What every channel has, beside a reference for each of its topics. */
interface ChannelBase<Name extends string, M> {
  /** The name on the wire. */
  readonly name: Name;
  /** The names of its topics, in the order of their declaration. */
  readonly topics: readonly (keyof M & string)[];
  /** Types only: what a subscriber receives, by topic. */
  readonly $infer: { readonly [K in keyof M]: M[K]["output" & keyof M[K]] };
  /** Types only: marks a channel. */
  readonly "~channel": { readonly name: Name; readonly map: M };
}
`;

const definitionMembers = `  /** The names of its topics, in the order of their declaration. */
  readonly topics: readonly (keyof M & string)[];
  /** Types only: what a subscriber receives, by topic. */
  readonly $infer: { readonly [K in keyof M]: M[K]["output" & keyof M[K]] };
  /** Types only: the (first) argument. */
  readonly $params: Params;
  /** Types only: marks a definition that has yet to be called. */
  readonly "~def": { readonly name: Name; readonly map: M };
  /** Types only: says so where a channel is wanted. */
  readonly "~channel": ChannelDef<string, [], never>["~channel"];
`;

const DEFINITION_BASE = `/** What every definition by a function has, beside its call. */
interface DefinitionBase<Name extends string, Params, M> {
${definitionMembers}}
`;

const PATTERN_BASE = `/** What every definition by a pattern has, beside its call. */
interface PatternBase<Pattern extends string, Name extends string, Params, M> {
${definitionMembers}  readonly pattern: Pattern;
  /** The params of a name. Throws \`NAME_MISMATCH\` where this pattern doesn't give that name. */
  parse(name: string): Params;
  /** Whether this pattern gives that name. */
  match(name: string): name is Name;
}
`;

const TOKENS = `/** What every token has. */
interface TokenBase {
  /** The signed token. */
  readonly key: string;
  /** Where to connect. Default: \`/api/realtime\`. */
  readonly url?: string;
  /** What leads there, best first. */
  readonly wires?: readonly string[];
}

/** Fetches a token. */
interface Fetch<T> {
  (): T | Promise<T> | PromiseLike<T>;
}
`;

const UNTYPED = `/** No topic is one: what is a list of these came as \`any\`. */
interface Untyped {
  readonly "~untyped": never;
}
`;

const member = (doc: string, name: string) => `  /** ${doc} */\n  readonly ${name}?: Given["${name}"];\n`;

const SUBSCRIBE_BASE = `type Given = ChannelOptions<string, never, never>;

/** What goes with every subscription: not \`validate\`, since there is no validator here to do that. */
interface SubscribeBase {
  /** A client of your own. Default: the shared one. */
  readonly client?: Pick<Client, "subscribe"> | undefined;
${member("What went wrong: a handler failed, a message couldn't be read, or the subscription failed.", "onError")}${member(
  "Messages may be missing here, between the last one and the next.",
  "onGap",
)}${member('Called when the status changes, and with `"closed"` last.', "onStatus")}${member(
  "Ends the subscription.",
  "signal",
)}${member("The gateway. Default: the token's `url`, else `/api/realtime`.", "url")}${member(
  "Where to resume: the `id` of the last message that you have. Default: from now on.",
  "after",
)}${member("How to reach the gateway, best first. Default: the client's.", "wires")}}
`;

const PARAMS_SCHEMA = `/** What the params of a name may be: values, or what makes one of a text. */
type Values = { readonly [param: string]: readonly unknown[] };

/** Makes params of their texts. A text that gives none, or isn't what its value prints as, is no param. */
function paramsSchema(values: Values) {
  const read = (text: string | undefined, candidates: readonly unknown[]) => {
    for (const candidate of candidates) {
      const value = typeof candidate === "function" ? candidate(text) : candidate;
      if (String(value) === text && !Number.isNaN(value)) return value;
    }
    return undefined;
  };
  const validate = (texts: { readonly [param: string]: string }) => {
    const value = Object.fromEntries(
      Object.entries(values).map(([param, candidates]) => [param, read(texts[param], candidates)]),
    );
    return Object.values(value).includes(undefined) ? { issues: [{ message: "no such params" }] } : { value };
  };
  return { "~standard": { version: 1, vendor: "halyard", validate } };
}
`;

const SUBSCRIBER_TO = `/** \`subscribe\` of a client, for one channel. What it takes and gives, the type at each call says. */
function subscriberTo(channelFor: (params: never) => unknown): unknown {
  return async ({
    params,
    client = { subscribe },
    ...options
  }: { readonly params: never } & Pick<SubscribeBase, "client">) =>
    client.subscribe({ ...options, channel: channelFor(params) } as never);
}
`;

const DEFINE_REGISTRY = `/** A registry, whose channels have been checked where it was declared. */
function defineRegistry(channels: unknown): unknown {
  return registry(channels as never);
}
`;
