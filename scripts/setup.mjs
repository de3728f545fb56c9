// @ts-check
/**
 * Installs what the tests need beside npm's packages, from Debian: Chromium, a Python with FastAPI, and the brokers. What is
 * there is left alone; `--list` installs nothing.
 */
import { spawnSync } from "node:child_process";
import { findPython } from "../examples/fastapi-tokens/python.mjs";
import { brokers } from "../test-support/brokers/kinds.mjs";
import { findPrograms } from "../test-support/brokers/programs.mjs";
import { findChromium } from "./lib/chromium.mjs";

/** @param {string} text @returns {never} */
function fail(text) {
  console.error(text);
  process.exit(1);
}

/**
 * @typedef {object} Needed
 * @property {string} title
 * @property {string} debian Its package, or several, with a space between two.
 * @property {() => string | undefined} find
 * @property {string} byHand
 */

/** @type {Needed[]} */
const all = [
  {
    title: "Chromium",
    debian: "chromium",
    find: () => findChromium(),
    byHand: "Chromium or Chrome; set CHROMIUM_PATH where it isn't on the PATH",
  },
  {
    title: "A Python with FastAPI and uvicorn",
    debian: "python3-fastapi python3-uvicorn",
    find: () => findPython(),
    byHand:
      "a Python that has fastapi and uvicorn; set HALYARD_PYTHON where it isn't the first one on the PATH",
  },
  ...Object.values(brokers).map(({ title, debian, programs, variable }) => ({
    title,
    debian,
    find: () => findPrograms(programs)?.[programs[0] ?? ""],
    byHand: `${title} (${programs.join(", ")} on the PATH), or start one (compose.yaml has all) and set ${variable}`,
  })),
];

/** @type {Needed[]} */
const missing = [];
for (const needed of all) {
  const found = needed.find();
  console.log(found ? `${needed.title} is there: ${found}` : `${needed.title} isn't there.`);
  if (!found) missing.push(needed);
}
if (missing.length === 0) {
  console.log("Nothing to do.");
  process.exit(0);
}
const byHand = `Install by hand:\n${missing.map(({ byHand }) => `- ${byHand}`).join("\n")}`;
if (process.argv.includes("--list")) process.exit(0);
if (process.env.CHROMIUM_PATH && !findChromium()) {
  fail(`CHROMIUM_PATH is no program: ${process.env.CHROMIUM_PATH}.\n${byHand}`);
}
if (process.env.HALYARD_PYTHON && !findPython()) {
  fail(`HALYARD_PYTHON is no Python with FastAPI and uvicorn: ${process.env.HALYARD_PYTHON}.\n${byHand}`);
}
if (spawnSync("apt-get", ["--version"]).error) fail(`This script needs Debian's apt-get.\n${byHand}`);
if (process.getuid?.() !== 0) fail(`Installing Debian's packages needs root. Run it as root.\n${byHand}`);

/** @param {string[]} args */
function aptGet(...args) {
  console.log(`> apt-get ${args.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status } = spawnSync("apt-get", args, { stdio: "inherit", env });
  if (status !== 0) fail(`apt-get ${args[0]} failed.\n${byHand}`);
}

aptGet("update");
aptGet("install", "-y", "--no-install-recommends", ...missing.flatMap(({ debian }) => debian.split(" ")));
for (const { title, find } of missing) {
  console.log(`Installed ${title}: ${find() ?? fail(`apt-get succeeded, but there is no ${title}.`)}`);
}
