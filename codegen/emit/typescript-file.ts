/** Emits one TypeScript file: every channel with its types, and nothing of the user's sources. */
import type { Place } from "../errors.js";
import type { Model } from "../model.js";
import { checkNames } from "./scope.js";
import { printChannel } from "./typescript-channel.js";
import { printHead } from "./typescript-head.js";

/** The file's text. Throws `CODEGEN_COLLISION`. */
export function emitTypescript({ channels }: Model, placeOf: (channel: string) => Place | undefined): string {
  checkNames(channels, placeOf);
  return [printHead(channels), ...channels.map(printChannel)].join("\n");
}
