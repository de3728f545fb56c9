/** The names of the generated file: each may stand for one thing. */
import type { EmitContext } from "../emitter.js";
import { pascalCase } from "../identifier.js";
import type { ChannelModel, Model } from "../model.js";
import { headNames } from "./typescript-head.js";

/** What the file expects to be the platform's. */
const OF_PLATFORM = [
  ...["Date", "Map", "ReadonlyMap", "ReadonlySet", "Set", "URL", "Uint8Array"],
  ...["BigInt", "NoInfer", "Number", "Object", "Pick", "Promise", "PromiseLike", "String"],
];

/** What each channel has beside its payloads. A payload of that name gets `Data` behind it: `ChatMessageData`. */
const OF_CHANNEL = [
  ...["Channel", "Definition", "Message", "Messages", "Name", "Opener", "Params"],
  ...["Publication", "PublicationByApp", "Publish", "PublishByApp", "PublishByToken", "PublishOptions"],
  ...["Subscribe", "SubscribeBase", "SubscribeOptions", "Token", "Topic", "Topics"],
] as const;

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

/** Reports where two channels, or what they hold, would have one name in the output. */
export function checkNames(model: Model, { placeOf, report }: Pick<EmitContext, "placeOf" | "report">): void {
  const itself = [...headNames(model), ...OF_PLATFORM];
  const owners = new Map(itself.map((name) => [name, "the generated file itself"]));
  const declared = [
    ...model.channels.map((channel) => ({ id: channel.id, names: declarationsOf(channel) })),
    ...model.registries.map(({ id }) => ({ id, names: [[id, `registry "${id}"`] as const] })),
  ];
  for (const { id, names } of declared) {
    // Two channels that share one name share most: the first says it.
    const [clash] = names.filter(([name]) => owners.has(name));
    if (clash) {
      const [name, what] = clash;
      const message = `${owners.get(name)} and ${what} would both be called ${name} in the output.`;
      const place = placeOf(id);
      report({ code: "CODEGEN_COLLISION", message, fix: "rename one of them", ...(place ? { place } : {}) });
    }
    for (const [name, what] of names) if (!owners.has(name)) owners.set(name, what);
  }
}

/** The names that a channel's part of the file declares, with what they stand for. */
function declarationsOf(channel: ChannelModel): readonly (readonly [name: string, what: string])[] {
  const { prefix, typeName } = namesOf(channel);
  const of = `of channel "${channel.id}"`;
  return [
    [channel.id, `channel "${channel.id}"`],
    [`subscribe${prefix}`, `subscribe ${of}`],
    [`publish${prefix}`, `publish ${of}`],
    ...OF_CHANNEL.map((name) => [`${prefix}${name}`, `${name} ${of}`] as const),
    ...channel.types.map(({ name }) => [typeName(name), `type ${name} ${of}`] as const),
  ];
}
