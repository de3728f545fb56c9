// @ts-check
/** The table of promises: what each transport's `supports` says, in the words of docs/transports.md. */

/** @typedef {import("halyard/transport").Supports} Supports */
/** @typedef {{ name: string, supports: Supports }} Row `name` as Markdown. */

const yes = (/** @type {boolean | undefined} */ value) => (value ? "yes" : "no");

/** @param {readonly Row[]} rows */
export function promisesTable(rows) {
  const lines = rows.map(({ name, supports }) => {
    const { replay, keys, maxBytes, shared, transactions } = supports;
    const window = keys === false ? "no" : `for ${duration(keys)}`;
    return `| ${[name, yes(replay), window, bytes(maxBytes), yes(shared), yes(transactions)].join(" | ")} |`;
  });
  return [
    "| transport | replays (`replay`) | remembers idempotency keys (`keys`) | a message may have (`maxBytes`) | reaches other servers (`shared`) | publishes in your transaction (`transactions`) |",
    "|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  const units = /** @type {const} */ ([
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ]);
  const [size, unit] = units.find(([size]) => milliseconds % size === 0) ?? [1, "ms"];
  return `${milliseconds / size} ${unit}`;
}

/** @param {number} count */
export function bytes(count) {
  if (count % 1_048_576 === 0) return `${count / 1_048_576} MiB`;
  return count % 1_024 === 0 ? `${count / 1_024} KiB` : `${count.toLocaleString("en")} B`;
}

const BEGIN = "<!-- promises: `node scripts/check-transports.mjs --update` writes this table -->";
const END = "<!-- /promises -->";

/**
 * A document with its table of promises replaced; `undefined` where it has no place for one.
 *
 * @param {string} markdown
 * @param {string} table
 */
export function withPromises(markdown, table) {
  const [begin, end] = [markdown.indexOf(BEGIN), markdown.indexOf(END)];
  if (begin < 0 || end < begin) return undefined;
  return `${markdown.slice(0, begin)}${BEGIN}\n${table}\n${markdown.slice(end)}`;
}

export const markers = `${BEGIN}\n${END}`;
