/** Channels in columns, for `list`. */
import type { ChannelModel, Model } from "../model.js";

/** One line per channel. */
export function tableOf({ channels }: Model): string {
  const rows = channels.map((channel) => [
    channel.id,
    nameOf(channel),
    channel.topics.map(({ name }) => name).join(", "),
    channel.file,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join("  ")}\n`).join("");
}

function nameOf({ name }: ChannelModel): string {
  if (name.kind === "literal") return name.name;
  if (name.kind === "pattern") return name.pattern;
  const params = name.params.map((param) => param.name);
  return name.template
    .map((part) => (typeof part === "string" ? part : `\${${[params[part.param], ...part.path].join(".")}}`))
    .join("");
}
