/**
 * Prints a channel's `publish`. It takes a union by topic, without type params: what the library's own takes is worked
 * out from the reference, again for each message.
 */
import type { ChannelModel, TopicModel } from "../model.js";
import { wireOf } from "../wire.js";
import type { ChannelNames } from "./scope.js";
import { docLines, quote, statement, union } from "./text.js";
import { channelFor, paramsType } from "./typescript-name.js";

export function printPublish(channel: ChannelModel, names: ChannelNames): readonly string[] {
  const { id, name } = channel;
  const { prefix } = names;
  const params = paramsType(name) ? [`  readonly params: ${prefix}Params;`] : [];
  const token = `PublishToken<${prefix}Name>`;
  const byApp = params.length > 0 ? `${prefix}PublishByApp` : "PublishByApp";
  const given = publication(channel, names, ({ input }) => input);
  const sent = publication(channel, names, ({ output }) => output);
  const differ = given.join() !== sent.join();
  return [
    `/** What a publisher of \`${id}\` gives, by topic. */`,
    ...union(`type ${prefix}Publication =`, given),
    "",
    ...(differ
      ? [
          `/** What travels on \`${id}\`, by topic: there is no validator here to make it. */`,
          ...union(`type ${prefix}PublicationByApp =`, sent),
          "",
        ]
      : []),
    `interface ${prefix}PublishByToken extends PublishByToken {`,
    ...params,
    ...union("readonly token:", [token, "string", `Fetch<${token} | string>`], 1),
    "}",
    "",
    ...(params.length > 0 ? [`interface ${byApp} extends PublishByApp {`, ...params, "}", ""] : []),
    `/** What {@link publish${prefix}} takes. */`,
    ...(differ
      ? union(`export type ${prefix}PublishOptions =`, [
          `(${prefix}PublishByToken & ${prefix}Publication)`,
          `(${byApp} & ${prefix}PublicationByApp)`,
        ])
      : statement(
          `export type ${prefix}PublishOptions =`,
          `(${prefix}PublishByToken | ${byApp}) & ${prefix}Publication;`,
        )),
    "",
    `/** What {@link publish${prefix}} is. */`,
    ...statement(
      `export type ${prefix}Publish =`,
      `(options: ${prefix}PublishOptions) => Promise<{ readonly id: string }>;`,
    ),
    "",
    ...docLines(`Publishes to \`${id}\`: by a \`token\`, or by an \`app\`, which sends the data as it is.`),
    ...statement(
      `export const publish${prefix} =`,
      `/* @__PURE__ */ publisherTo(${channelFor(channel, names)}) as ${prefix}Publish;`,
    ),
  ];
}

function publication(
  channel: ChannelModel,
  { typeName }: ChannelNames,
  dataOf: (topic: TopicModel) => string,
): readonly string[] {
  const { mayBeAbsent } = wireOf(channel);
  return channel.topics.map((topic) => {
    const name = dataOf(topic);
    const mark = mayBeAbsent({ kind: "ref", name }) ? "?" : "";
    return `{ readonly topic: ${quote(topic.name)}; readonly data${mark}: ${typeName(name)} }`;
  });
}

/** What the head has for it. */
export const PUBLISH_NAMES: readonly string[] = [
  "Publisher",
  "PublishByApp",
  "PublishByToken",
  "Sending",
  "publisherTo",
];

export const PUBLISH_BASE = `type Sending = PublishOptions<never>;

/** What goes with every message to a gateway. */
interface PublishByToken {
  readonly app?: undefined;
  /** An idempotency key. Default: none. */
  readonly key?: Sending["key"];
  /** The gateway. Default: the token's \`url\`, else \`/api/realtime\`. */
  readonly url?: Sending["url"];
  /** Default: the global one. */
  readonly fetch?: Sending["fetch"];
  /** Gives up: what hasn't been sent is not sent any more. */
  readonly signal?: Sending["signal"];
}

/** Publishes to a transport: what \`createRealtime\` gives. */
interface Publisher {
  publish(ref: never, data: never, options: never): Promise<{ readonly id: string }>;
}

interface Publication {
  readonly params: never;
  readonly topic: string;
  readonly data: never;
  readonly app?: Publisher;
}

/** What goes with every message by an app. */
interface PublishByApp {
  readonly token?: undefined;
  /** Nothing here validates: what you give is what travels. */
  readonly app: Publisher;
  /** An idempotency key. Default: none. */
  readonly key?: Sending["key"];
}
`;

export const PUBLISHER_TO = `/** \`publish\` of a client or of an app, for one channel. What it takes and gives, the type at each call says. */
function publisherTo(channelFor: (params: never) => unknown): unknown {
  return async ({ params, topic, data, app = { publish }, ...options }: Publication) => {
    const channel: { readonly [topic: string]: unknown } = Object(channelFor(params));
    return app.publish(channel[topic] as never, data, options as never);
  };
}
`;
