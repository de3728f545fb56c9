/** The harness itself: a transport that is whole passes, and one that loses a message in a thousand is caught. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { makePlan } from "./plan.js";
import { failureText } from "./report.js";
import { runRound } from "./round.js";
import { variants } from "./variants.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A round of a few seconds on the memory transport, which needs nothing else. */
function round(seed: number, change: { isSabotaged?: boolean; faults?: readonly [] } = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-faults-"));
  folders.push(folder);
  const { isSabotaged = false, ...rest } = change;
  const plan = { ...makePlan(variants[0], seed, 8_000), ...rest };
  return runRound(plan, { broker: undefined, folder, prefix: `harness-${seed}`, isSabotaged });
}

test("a round on a transport that keeps its promises is clean", { timeout: 150_000 }, async () => {
  const outcome = await round(11);
  expect(outcome.violations, failureText(outcome, 8)).toEqual([]);
  expect(outcome.published).toBeGreaterThan(500);
  expect(outcome.delivered).toBeGreaterThan(500);
  expect(outcome.reconnects).toBeGreaterThan(0);
});

test("a transport that loses one message in a thousand, and says nothing, is caught", {
  timeout: 300_000,
}, async () => {
  // Without other faults: what is told as a gap anyway isn't missed. Nor is what nobody listens to, so there are some seeds.
  const kinds: string[] = [];
  for (let seed = 11; seed < 17 && kinds.length === 0; seed++) {
    const { violations } = await round(seed, { isSabotaged: true, faults: [] });
    kinds.push(...violations.map(({ kind }) => kind));
  }
  expect(new Set(kinds)).toEqual(new Set(["lost"]));
});
