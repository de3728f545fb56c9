// @ts-check
/** Generates the page's bindings, compiles the demo, and runs it. The package itself was built before. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = path.join(here, "..", "..");

/** Runs a program to its end; gives what it printed. @param {string[]} args */
function node(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: here, encoding: "utf8" });
  if (status === 0) return stdout.trimEnd();
  console.error(`${stdout}${stderr}`.trimEnd());
  process.exit(1);
}

const halyard = path.join(root, "dist", "codegen", "cli.js");
console.log(node(halyard, "generate", "--out", "page/channels.gen.ts"));
node(path.join(root, "node_modules", "typescript", "bin", "tsc"), "-p", ".");
console.log("Compiled the demo.");
await import("./dist/main.js");
