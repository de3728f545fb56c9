// @ts-check
/** `npm run bench`: every benchmark, or those that are named: `npm run bench -- in-process`. Needs `npm run build`. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const all = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = chosen.find((name) => !all.includes(name));
if (unknown) {
  console.error(`There is no benchmark "${unknown}". There are: ${all.join(", ")}.`);
  process.exit(1);
}
for (const name of chosen) {
  console.log(`\n# ${name}`);
  const script = new URL(`./${name}/run.mjs`, import.meta.url);
  const { status } = spawnSync(process.execPath, ["--expose-gc", script.pathname], { stdio: "inherit" });
  if (status !== 0) {
    console.error(`The benchmark "${name}" ended with exit code ${status}.`);
    process.exit(status ?? 1);
  }
}
