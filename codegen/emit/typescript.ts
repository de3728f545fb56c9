/** Emits one TypeScript file: every channel with its types, and nothing of the user's sources. */
import type { Place } from "../errors.js";
import { HEADER } from "../header.js";
import type { ChannelModel, Model } from "../model.js";
import { checkNames } from "./scope.js";
import { printChannel } from "./typescript-channel.js";

/** The file's text. Throws `CODEGEN_COLLISION`. */
export function emitTypescript({ channels }: Model, placeOf: (channel: string) => Place | undefined): string {
  checkNames(channels, placeOf);
  return [head(channels), ...channels.map(printChannel)].join("\n");
}

function head(channels: readonly ChannelModel[]): string {
  const kinds = new Set(channels.map(({ name }) => name.kind));
  const names = [
    ...(kinds.has("literal") ? ["type Channel"] : []),
    ...(kinds.has("function") ? ["type ChannelDef"] : []),
    "type Message",
    ...(kinds.has("pattern") ? ["type PatternDef"] : []),
    ...["realtime", "staticSchema", "type TokenOf", "type Topic"],
  ];
  return `${HEADER}
/* eslint-disable */

import {
${names.map((name) => `  ${name},\n`).join("")}} from "halyard";
import { type ChannelOptions, type Client, type Subscription, subscribe } from "halyard/client";

/** What every \`subscribe…\` takes: not \`validate\`, since there is no validator here to do that. */
type SubscribeOptions<Name extends string, M, K extends keyof M & string> = Omit<
  ChannelOptions<Name, M, K>,
  "channel" | "validate"
> & {
  /** A client of your own. Default: the shared one. */
  readonly client?: Pick<Client, "subscribe"> | undefined;
};

/** A channel without validators. What it is in detail, the annotation at each call says. */
function define<C>(name: string | ((...params: never[]) => string), topics: readonly string[]): C {
  const schema = staticSchema<unknown>();
  const configs = Object.fromEntries(topics.map((topic) => [topic, { schema }]));
  return realtime.channel({ name, topics: configs }) as unknown as C;
}
`;
}
