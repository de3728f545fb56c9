// @ts-check
/**
 * Compares what editors show of type-tests/hover/hover.ts with what is expected: the payload, not the machinery. By the
 * language services of TypeScript 5.9 and 6.0, and by the language server of 7.0.
 *
 *     node scripts/check-hover.mjs [--update]
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hoverByServer, hoverByService } from "./lib/hover.mjs";
import { isMain, report, root, tsc } from "./lib/repo.mjs";

const folder = path.join(root, "type-tests/hover");
const services = ["typescript-5.9", "typescript-6.0"];

/** Whatever stands behind such a mark is hovered over. */
const mark = /\/\*\?\*\/\s*/g;

/** What nobody wants to read. `publish` alone says of its data that it is `NoInfer`: the reference decides. */
const machinery =
  /(?<!data: )\b(NoInfer|Pick|Extract|Exclude|Fixed|ChannelFor|MapOf|NameOf|InputOf|OutputOf|Listed)<|"~\w+"/g;

/** @param {string} shown @returns {string[]} */
export const unreadable = (shown) => [...(shown.match(machinery) ?? [])];

/** @param {string} text */
export const placesIn = (text) => [...text.matchAll(mark)].map((hit) => hit.index + hit[0].length);

/**
 * @param {string} text
 * @param {readonly number[]} places
 * @param {readonly string[]} shown
 */
const describe = (text, places, shown) =>
  places
    .map((place, i) => {
      const start = text.lastIndexOf("\n", place) + 1;
      const line = text.slice(start, text.indexOf("\n", place)).trim().replaceAll(mark, "");
      const word = /^\w+/.exec(text.slice(place))?.[0];
      return `${word} in ${line}\n${shown[i]?.replace(/^/gm, "    ")}\n`;
    })
    .join("\n");

if (isMain(import.meta.url)) {
  const file = path.join(folder, "hover.ts");
  const text = readFileSync(file, "utf8");
  const places = placesIn(text);
  const config = path.join(root, "type-tests/tsconfig.json");
  /** @type {Record<string, string[]>} */
  const all = { typescript: await hoverByServer(tsc, file, places) };
  for (const service of services) all[service] = hoverByService(service, file, config, places);
  const problems = [];
  for (const [compiler, shown] of Object.entries(all)) {
    const described = describe(text, places, shown);
    // 7.0 orders a union in its own way, and counts no overloads.
    const own = path.join(folder, `expected.${compiler}.txt`);
    const expected = existsSync(own) ? own : path.join(folder, "expected.txt");
    if (process.argv.includes("--update")) writeFileSync(expected, described);
    const lines = existsSync(expected) ? readFileSync(expected, "utf8").split("\n") : [];
    const at = described.split("\n").findIndex((line, i) => line !== lines[i]);
    if (at >= 0)
      problems.push(
        `${compiler}: ${path.relative(root, expected)}:${at + 1}: expected "${lines[at]}", got "${described.split("\n")[at]}"`,
      );
    problems.push(...unreadable(described).map((what) => `${compiler} shows ${what}`));
  }
  report(
    problems,
    `Editors show the payload: ${places.length} places, ${Object.keys(all).length} compilers.`,
  );
}
