// @ts-check
/** Installs what the tests need beside npm's packages: Chromium, from Debian. Does nothing where it is there. */
import { spawnSync } from "node:child_process";
import { findChromium } from "./lib/chromium.mjs";

/** @param {string} text @returns {never} */
function fail(text) {
  console.error(text);
  process.exit(1);
}

/** @param {string[]} args */
function aptGet(...args) {
  console.log(`> apt-get ${args.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", args, { stdio: "inherit", env });
  if (status !== 0) fail(`apt-get ${args[0]} failed; Chromium isn't installed.`);
}

const byHand = "Install Chromium or Chrome yourself, and set CHROMIUM_PATH where it isn't on the PATH.";

const found = findChromium();
if (found) {
  console.log(`Chromium is there already: ${found}. Nothing to do.`);
  process.exit(0);
}
if (process.env.CHROMIUM_PATH) fail(`CHROMIUM_PATH is no program: ${process.env.CHROMIUM_PATH}. ${byHand}`);
if (spawnSync("apt-get", ["--version"]).error) fail(`This script needs Debian's apt-get. ${byHand}`);
if (process.getuid?.() !== 0) fail(`Installing Debian's chromium needs root. Run it as root, or: ${byHand}`);

aptGet("update");
aptGet("install", "-y", "--no-install-recommends", "chromium");
console.log(`Installed Chromium: ${findChromium() ?? fail("apt-get succeeded, but there is no Chromium.")}.`);
