// @ts-check
/** Compiles the package into dist/, from nothing. */
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root, run, tsc } from "./lib/repo.mjs";

const dist = path.join(root, "dist");
rmSync(dist, { recursive: true, force: true });

const { ok, output } = run(process.execPath, [tsc, "-p", "tsconfig.build.json"]);
if (output) console.log(output);
if (!ok) process.exit(1);

// A command can be run straight from here, as it can be once npm has installed it.
const { bin = {} } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
for (const command of Object.values(bin).map((file) => path.join(root, file))) {
  if (existsSync(command)) chmodSync(command, 0o755);
}
console.log("Built dist/.");
