/** The names of the generated file: each may stand for one thing. */
import { CodegenError, type Place, type Problem } from "../errors.js";
import { pascalCase } from "../identifier.js";
import type { ChannelModel } from "../model.js";

/** What the file imports, defines or expects to be the platform's. */
const TAKEN = [
  ...[
    "ChannelOptions",
    "Channel",
    "ChannelDef",
    "Client",
    "Message",
    "PatternDef",
    "Subscription",
    "TokenOf",
    "Topic",
  ],
  ...["define", "realtime", "staticSchema", "subscribe", "SubscribeOptions"],
  ...[
    "Date",
    "Map",
    "Object",
    "Omit",
    "Pick",
    "Promise",
    "ReadonlyMap",
    "ReadonlySet",
    "Set",
    "URL",
    "Uint8Array",
  ],
];

/** What each channel has beside its payloads. A payload of that name gets `Data` behind it: `ChatMessageData`. */
const OF_CHANNEL = ["Message", "Name", "Params", "SubscribeOptions", "Token", "Topics"] as const;

/** The names of a channel in the output. */
export interface ChannelNames {
  readonly prefix: string;
  /** The name of one of the channel's types. */
  readonly typeName: (name: string) => string;
}

/** The names that a channel's part of the file declares. */
export function namesOf({ id }: Pick<ChannelModel, "id">): ChannelNames {
  const prefix = pascalCase(id);
  const reserved = new Set<string>(OF_CHANNEL);
  return { prefix, typeName: (name) => `${prefix}${name}${reserved.has(name) ? "Data" : ""}` };
}

/** Throws where two channels, or what they hold, would have one name in the output. */
export function checkNames(
  channels: readonly ChannelModel[],
  placeOf: (channel: string) => Place | undefined,
): void {
  const owners = new Map(TAKEN.map((name) => [name, "the generated file itself"]));
  const problems: Problem[] = [];
  for (const channel of channels) {
    const { prefix, typeName } = namesOf(channel);
    const declared: [name: string, what: string][] = [
      [channel.id, `channel "${channel.id}"`],
      [`subscribe${prefix}`, `subscribe of channel "${channel.id}"`],
      ...OF_CHANNEL.map((name): [string, string] => [
        `${prefix}${name}`,
        `${name} of channel "${channel.id}"`,
      ]),
      ...channel.types.map(({ name }): [string, string] => [
        typeName(name),
        `type ${name} of channel "${channel.id}"`,
      ]),
    ];
    for (const [name, what] of declared) {
      const owner = owners.get(name);
      owners.set(name, owner ?? what);
      if (owner === undefined) continue;
      const place = placeOf(channel.id);
      const message = `${owner} and ${what} would both be called ${name} in the output.`;
      problems.push({
        code: "CODEGEN_COLLISION",
        message,
        fix: "rename one of them",
        ...(place ? { place } : {}),
      });
    }
  }
  const [first, ...rest] = problems;
  if (first) throw new CodegenError([first, ...rest]);
}
