/** Emits one TypeScript file: every channel with its types, and nothing of the user's sources. */
import type { EmitContext } from "../emitter.js";
import type { ChannelModel, Model } from "../model.js";
import { checkNames } from "./scope.js";
import { printChannel } from "./typescript-channel.js";
import { printHead } from "./typescript-head.js";
import { printRegistry } from "./typescript-registry.js";

/** What was printed before: to who watches, most channels of a model are the very ones of the last. */
const printed = new WeakMap<ChannelModel, string>();

function print(channel: ChannelModel): string {
  const text = printed.get(channel) ?? printChannel(channel);
  printed.set(channel, text);
  return text;
}

/** The file's text. Reports `CODEGEN_COLLISION`. */
export function emitTypescript(
  model: Model,
  context: Pick<EmitContext, "mark" | "placeOf" | "report">,
): string {
  checkNames(model, context);
  const { channels, registries } = model;
  return [
    printHead(model, context.mark),
    ...channels.map(print),
    ...registries.map((registry) => printRegistry(registry, model)),
  ].join("\n");
}
