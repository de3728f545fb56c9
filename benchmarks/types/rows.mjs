// @ts-check
/** What Halyard's types cost a channel, guarantee by guarantee: each row is what one source has more than another. */
import { bindings, generated } from "./contestants/generated.mjs";
import { channels, halyard, halyardSchemas } from "./contestants/halyard.mjs";
import { kinds, misuse } from "./contestants/misuse.mjs";
import { FEW } from "./count.mjs";
import { repeat } from "./workload.mjs";

/** @typedef {import("./compile.mjs").Source} Source */
/** @typedef {import("./count.mjs").Sources} Sources */
/** @typedef {(channels: number) => Source | Promise<Source>} Workload */
/** @typedef {{ name: string, full: Workload, less?: Workload }} Row */

/** @type {Workload} */
const declared = (count) => halyard(count, []);
/** @type {Workload} */
const called = (count) => halyard(count, ["call"]);
/** @type {Workload} */
const withToken = (count) => halyard(count, ["call", "token"]);

/** All channels in one registry, which says what names there are. @type {Workload} */
const registered = (count) =>
  [
    channels(count),
    `import { registry, type Realtime } from "halyard";`,
    `const channels = registry({ ${repeat(count, (i) => `c${i},`)} });`,
    "export type Name = Realtime.Registry.Name<typeof channels>;",
    `export const found = (name: Name) => channels.match(name)?.entry === "c0";`,
  ].join("\n");

/** The types that a user names, for each channel. @type {Workload} */
const named = (count) =>
  [
    channels(count),
    `import type { Realtime } from "halyard";`,
    repeat(
      count,
      (i) => `export type Token${i} = Realtime.Token<typeof c${i}, ["status${i}"]>;
export const read${i} = (token: Token${i}, m: Realtime.Message<typeof c${i}>) =>
  m.topic === "status${i}" ? m.data.message${i} : token.key;`,
    ),
  ].join("\n");

/** @type {Row[]} */
export const rows = [
  { name: "declare", full: declared, less: halyardSchemas },
  { name: "call", full: called, less: declared },
  {
    name: "publish",
    full: (count) => halyard(count, ["call", "publish"]),
    less: called,
  },
  {
    name: "token",
    full: (count) => halyard(count, ["call", "publish", "token"]),
    less: (count) => halyard(count, ["call", "publish"]),
  },
  {
    name: "subscribe",
    full: (count) => halyard(count),
    less: (count) => halyard(count, ["call", "publish", "token"]),
  },
  { name: "whole workload", full: (count) => halyard(count), less: halyardSchemas },
  { name: "handler map", full: (count) => halyard(count, ["call", "token", "handlers"]), less: withToken },
  { name: "useRealtime", full: (count) => halyard(count, ["call", "token", "hook"]), less: withToken },
  { name: "useTopic", full: (count) => halyard(count, ["call", "topic"]), less: called },
  { name: "Realtime.Token and Message", full: named, less: declared },
  { name: "registry", full: registered, less: declared },
  { name: "params schema", full: (count) => halyard(count, ["params"]), less: called },
  { name: "generated bindings", full: bindings },
  { name: "generated bindings, used", full: generated },
  ...kinds.map((kind) => ({
    name: `misuse: ${kind}`,
    full: (/** @type {number} */ count) => misuse(count, kind),
    less: (/** @type {number} */ count) => misuse(count),
  })),
];

/** A row with its texts. */
/** @typedef {{ name: string, full: Sources, less: Sources | undefined }} Measured */

/** @param {readonly Row[]} chosen @returns {Promise<Measured[]>} */
export async function sourcesOf(chosen) {
  const both = async (/** @type {Workload} */ workload) =>
    /** @type {const} */ ([await workload(FEW), await workload(2 * FEW)]);
  const measured = [];
  for (const { name, full, less } of chosen) {
    measured.push({ name, full: await both(full), less: less && (await both(less)) });
  }
  return measured;
}

/**
 * What one more channel costs, by row: the average over all kinds of channels. Where a source doesn't compile, it is the
 * compiler's message.
 *
 * @param {readonly Measured[]} measured
 * @param {import("./count.mjs").Marginals} marginals
 * @returns {Promise<Record<string, number | string>>}
 */
export async function costsOf(measured, marginals) {
  // Rows have sources in common.
  const keyOf = (/** @type {Sources} */ sources) => JSON.stringify(sources[1]);
  const unique = new Map(
    measured
      .flatMap(({ full, less }) => (less ? [full, less] : [full]))
      .map((sources) => [keyOf(sources), sources]),
  );
  const found = await marginals([...unique.values()]);
  const costs = new Map([...unique.keys()].map((key, i) => [key, found[i] ?? "not measured"]));
  const costOf = (/** @type {Sources | undefined} */ sources) =>
    sources ? (costs.get(keyOf(sources)) ?? 0) : 0;
  return Object.fromEntries(
    measured.map(({ name, full, less }) => {
      const [more, own] = [costOf(full), costOf(less)];
      if (typeof more === "string") return [name, more];
      return [name, typeof own === "string" ? own : more - own];
    }),
  );
}
