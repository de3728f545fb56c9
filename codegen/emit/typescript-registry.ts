/** Prints registries: the channels of the bindings, by the keys that they have in the sources. */
import type { Model, RegistryModel } from "../model.js";
import { namesOf } from "./scope.js";
import { docLines, list, propertyKey } from "./text.js";

export function printRegistry({ id, file, doc, channels }: RegistryModel, model: Model): string {
  const entries = channels.flatMap(({ key, channel: wanted }) => {
    const channel = model.channels.find((candidate) => candidate.id === wanted);
    if (!channel) return [];
    const type = `${namesOf(channel).prefix}${channel.name.kind === "literal" ? "Channel" : "Definition"}`;
    return [{ key, channel: wanted, type }];
  });
  const values = entries.map(({ key, channel }) => (key === channel ? key : `${memberKey(key)}: ${channel}`));
  const start = `export const ${id} = /* @__PURE__ */ defineRegistry({`;
  return [
    `// ${id}, from ${file}`,
    "",
    ...docLines(doc),
    ...closed(list(`${start} `, values, " }) as Registry<{", 0)),
    ...entries.map(({ key, type }) => `  readonly ${propertyKey(key)}: ${type};`),
    "}>;",
    "",
  ].join("\n");
}

/** Without the spaces inside of the braces, where they stand on lines of their own. */
const closed = (lines: readonly string[]) =>
  lines.map((line) => (lines.length > 1 ? line.replace(/^ \}/, "}").trimEnd() : line));

/** As it is, this one would set the prototype. */
const memberKey = (key: string) => (key === "__proto__" ? '["__proto__"]' : propertyKey(key));
