// @ts-check
/** Compiles the package into dist/, from nothing. */
import { chmodSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { root, run, tsc } from "./lib/repo.mjs";

const dist = path.join(root, "dist");
rmSync(dist, { recursive: true, force: true });

const { ok, output } = run(process.execPath, [tsc, "-p", "tsconfig.build.json"]);
if (output) console.log(output);
if (!ok) process.exit(1);

const command = path.join(dist, "codegen", "cli.js");
if (existsSync(command)) chmodSync(command, 0o755);
console.log("Built dist/.");
