// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTransports, transports } from "./check-transports.mjs";
import { bytes, duration, markers, promisesTable, withPromises } from "./lib/promises.mjs";

const supports = { replay: true, keys: 600_000, maxBytes: 1_048_576, shared: true };
const rows = [
  { name: "`one()`", supports: { ...supports, transactions: true } },
  {
    name: "`two()`",
    supports: { replay: false, keys: /** @type {const} */ (false), maxBytes: 1_000, shared: false },
  },
];
const page = withPromises(`# Title\n\n${markers}\n\nMore.\n`, promisesTable(rows)) ?? "";

test("each transport is a row that says what it supports", () => {
  const [, , one, two] = promisesTable(rows).split("\n");
  assert.equal(one, "| `one()` | yes | for 10 min | 1 MiB | yes | yes |");
  assert.equal(two, "| `two()` | no | no | 1,000 B | no | no |");
});

test("durations and sizes are said in the largest unit that fits", () => {
  assert.deepEqual([90_000, 60_000, 1_500, 7_200_000, 172_800_000].map(duration), [
    ...["90 s", "1 min", "1500 ms", "2 h", "2 d"],
  ]);
  assert.deepEqual([1_048_576, 65_536, 8_000].map(bytes), ["1 MiB", "64 KiB", "8,000 B"]);
});

test("a page whose table is what the transports say passes", () => {
  assert.deepEqual(checkTransports(page, rows), []);
  assert.match(page, /^# Title\n\n<!-- promises[\s\S]*\n<!-- \/promises -->\n\nMore\.\n$/);
});

test("a table that says something else is refused, with the line", () => {
  const wrong = page.replace("for 10 min", "for 20 min");
  assert.match(
    checkTransports(wrong, rows).join(),
    /^docs\/transports\.md:6: .*`one\(\)` \| yes \| for 10 min/,
  );
  const missing = page.replace(/.*two\(\).*\n/, "");
  assert.match(checkTransports(missing, rows).join(), /two\(\)/);
  const extra = page.replace("<!-- /promises", "| `three()` |\n<!-- /promises");
  assert.match(checkTransports(extra, rows).join(), /^docs\/transports\.md:8: .*three/);
});

test("a page without a place for the table is refused", () => {
  assert.match(checkTransports("# Title\n", rows).join(), /no place for the table/);
});

test("every transport of the package has a row", async () => {
  const { readManifest } = await import("./lib/installed.mjs");
  const { root } = await import("./lib/repo.mjs");
  const exported = Object.keys(readManifest(root).exports).filter((name) => name.startsWith("./transports/"));
  const listed = new Set(transports.map(({ entry }) => `./transports/${entry}`));
  // The kit makes transports, and is none.
  assert.deepEqual([...listed].sort(), exported.filter((name) => name !== "./transports/log").sort());
});
