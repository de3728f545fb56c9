// @ts-check
/** Compiles the transport and runs its tests, the suite among them. The package itself was built before. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

/** @param {string[]} args */
function node(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: here, stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

node(path.join(here, "..", "..", "node_modules", "typescript", "bin", "tsc"), "-p", ".");
node("--test", "--test-reporter=dot", "dist/folder.test.js", "dist/processes.test.js");
