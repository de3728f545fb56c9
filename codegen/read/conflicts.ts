/** Channels that can't stand beside each other. */
import type { Problem } from "../errors.js";
import type { Found } from "./channels.js";
import { placeOf } from "./place.js";

/** Channels that share the name of their export, or the name that subscribers know them by. */
export function conflicts(channels: readonly Found[], root: string): readonly Problem[] {
  const seen = new Map<string, Found>();
  return channels.flatMap((entry): Problem[] => {
    const { channel, node } = entry;
    const { name } = channel;
    const keys = [`the export name "${channel.id}"`];
    if (name.kind === "literal") keys.push(`the channel name "${name.name}"`);
    if (name.kind === "pattern") keys.push(`the channel name "${name.pattern}"`);
    return keys.flatMap((key): Problem[] => {
      const other = seen.get(key);
      seen.set(key, other ?? entry);
      if (!other) return [];
      const first = placeOf(other.node, root);
      const message = `${other.channel.id} (${first.file}:${first.line}:${first.column}) and ${channel.id} both have ${key}.`;
      return [{ code: "CODEGEN_DUPLICATE", message, fix: "rename one of them", place: placeOf(node, root) }];
    });
  });
}
