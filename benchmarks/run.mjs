// @ts-check
/**
 * `npm run bench`: every benchmark, or those that are named: `npm run bench -- in-process`. What follows a name goes to that
 * benchmark: `npm run bench -- transports redis --short`. Needs `npm run build`.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const all = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
/** What follows a benchmark's name and is none goes to it. @type {{ name: string, args: string[] }[]} */
const named = [];
for (const word of process.argv.slice(2)) {
  if (all.includes(word)) named.push({ name: word, args: [] });
  else if (named.length > 0) named.at(-1)?.args.push(word);
  else {
    console.error(`There is no benchmark "${word}". There are: ${all.join(", ")}.`);
    process.exit(1);
  }
}
const chosen = named.length > 0 ? named : all.map((name) => ({ name, args: [] }));
for (const { name, args } of chosen) {
  console.log(`\n# ${name}`);
  const script = new URL(`./${name}/run.mjs`, import.meta.url);
  const { status } = spawnSync(process.execPath, ["--expose-gc", fileURLToPath(script), ...args], {
    stdio: "inherit",
  });
  if (status !== 0) {
    console.error(`The benchmark "${name}" ended with exit code ${status}.`);
    process.exit(status ?? 1);
  }
}
