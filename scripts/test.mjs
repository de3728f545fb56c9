// @ts-check
/** `npm test` runs every step, `npm test -- lint unit` these alone. The steps are in steps.mjs. */
import { findChromium } from "./lib/chromium.mjs";
import { chooseSteps, runSteps } from "./lib/run-steps.mjs";
import { steps } from "./steps.mjs";

// The tests drive the same browser that was looked for here.
const chromium = findChromium();
if (chromium) process.env.CHROMIUM_PATH = chromium;

try {
  const chosen = chooseSteps(steps, process.argv.slice(2));
  const ok = await runSteps(chosen, { print: console.log, ci: process.env.CI === "true" });
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
