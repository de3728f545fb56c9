/** Puts together what single files were found to export: each channel once, in one order, under one name. */
import type { ChannelExport, FileFacts, Part, RegistryExport, Snapshot } from "./cache/snapshot.js";
import { modelKey } from "./cache/snapshot.js";
import { type Place, type Problem, throwProblems } from "./errors.js";
import type { ChannelModel, Model, RegistryModel } from "./model.js";
import { MODEL_VERSION } from "./model.js";

/** An export that won: no other one of the same declaration has a better name. */
export interface Winner<E extends ChannelExport | RegistryExport = ChannelExport | RegistryExport> {
  /** The file whose export it is, absolute. */
  readonly file: string;
  readonly entry: E;
}

/** The exports of a part that count: of each declaration the one with the best name. */
export function winnersOf(
  candidates: readonly string[],
  factsOf: (file: string) => Pick<FileFacts, "exports"> | undefined,
): readonly Winner[] {
  const winners = new Map<string, Winner>();
  for (const file of candidates) {
    for (const entry of factsOf(file)?.exports ?? []) {
      const known = winners.get(entry.key);
      if (!known || entry.rank < known.entry.rank) winners.set(entry.key, { file, entry });
    }
  }
  const definitions = new Set(
    [...winners.values()].flatMap(({ entry }) => (entry.kind === "channel" ? (entry.definition ?? []) : [])),
  );
  // What is made from a definition that is exported too, such as `run({ id: "1" })`, adds nothing to it.
  const isMade = ({ entry }: Winner) =>
    entry.kind === "channel" && entry.madeFrom !== undefined && definitions.has(entry.madeFrom);
  return [...winners.values()].filter((winner) => !isMade(winner));
}

export const isChannel = (winner: Winner): winner is Winner<ChannelExport> => winner.entry.kind === "channel";

interface Found<T> {
  readonly model: T;
  readonly place: Place;
  readonly order: number;
}

/** The model of a snapshot in which nothing is missing. Throws where channels can't stand beside each other. */
export function assemble({ parts }: Pick<Snapshot, "parts">): {
  readonly model: Model;
  readonly places: ReadonlyMap<string, Place>;
} {
  const found = new Map<string, Found<ChannelModel>>();
  const registries = new Map<string, Found<RegistryModel>>();
  for (const part of parts) {
    const winners = winnersOf(part.candidates, (file) => part.facts[file]);
    const ids = new Map(winners.map(({ entry }) => [entry.key, entry.name]));
    for (const winner of winners) {
      const { place, order, key } = winner.entry;
      // A file may belong to two of a solution's projects; one place, `export * from "…"`, may give several channels.
      const at = `${place.file}:${place.line}:${place.column} ${key}`;
      if (isChannel(winner)) {
        const model = modelOf(part, winner);
        if (model && !found.has(at)) found.set(at, { model, place, order });
      } else if (!registries.has(at)) {
        registries.set(at, { model: registryOf(winner.entry as RegistryExport, ids), place, order });
      }
    }
  }
  const channels = [...found.values()].sort(byPlace);
  const others = [...registries.values()].sort(byPlace);
  throwProblems(conflicts(channels, others));
  return {
    model: {
      version: MODEL_VERSION,
      channels: channels.map(({ model }) => model),
      registries: others.map(({ model }) => model),
    },
    places: new Map([...others, ...channels].map(({ model, place }) => [model.id, place])),
  };
}

/** What was read of a channel, if it was read under this name. */
export const modelOf = ({ facts }: Pick<Part, "facts">, { file, entry }: Winner<ChannelExport>) =>
  facts[file]?.models[modelKey(entry)];

/** Whether a channel's model isn't known yet. */
export const isLacking = (part: Pick<Part, "facts">, winner: Winner): boolean =>
  isChannel(winner) && modelOf(part, winner) === undefined;

/** The channels of a part whose models aren't known yet, though all that is exported is. */
export const lackingIn = (part: Pick<Part, "candidates" | "facts">): readonly Winner[] =>
  winnersOf(part.candidates, (file) => part.facts[file]).filter((winner) => isLacking(part, winner));

/** Whether all is known that the model is put together from. */
export const isComplete = ({ parts, torn }: Snapshot): boolean =>
  !torn &&
  parts.length > 0 &&
  parts.every((part) => part.candidates.every((file) => part.facts[file]) && lackingIn(part).length === 0);

function registryOf(
  { name: id, file, doc, entries }: RegistryExport,
  ids: ReadonlyMap<string, string>,
): RegistryModel {
  const channels = entries.flatMap(({ key, channel: declared }) => {
    const channel = ids.get(declared);
    return channel === undefined ? [] : [{ key, channel }];
  });
  return { id, file, ...(doc === undefined ? {} : { doc }), channels };
}

/** By file and place: not by the order in which a compiler loads files, or a solution's projects. */
function byPlace(a: Found<{ file: string }>, b: Found<{ file: string }>): number {
  if (a.model.file !== b.model.file) return a.model.file < b.model.file ? -1 : 1;
  return a.order - b.order;
}

/** Channels that share the name of their export, or the name that subscribers know them by. */
function conflicts(
  channels: readonly Found<ChannelModel>[],
  registries: readonly Found<RegistryModel>[],
): readonly Problem[] {
  const seen = new Map<string, { readonly id: string; readonly place: Place }>();
  const claim = (key: string, id: string, place: Place): Problem[] => {
    const other = seen.get(key);
    seen.set(key, other ?? { id, place });
    if (!other) return [];
    const { file, line, column } = other.place;
    const message = `${other.id} (${file}:${line}:${column}) and ${id} both have ${key}.`;
    return [{ code: "CODEGEN_DUPLICATE", message, fix: "rename one of them", place }];
  };
  const ofChannels = channels.flatMap(({ model: { id, name }, place }) => {
    const keys = [`the export name "${id}"`];
    if (name.kind === "literal") keys.push(`the channel name "${name.name}"`);
    if (name.kind === "pattern") keys.push(`the channel name "${name.pattern}"`);
    return keys.flatMap((key) => claim(key, id, place));
  });
  const ofRegistries = registries.flatMap(({ model: { id }, place }) =>
    claim(`the export name "${id}"`, id, place),
  );
  return [...ofChannels, ...ofRegistries];
}
