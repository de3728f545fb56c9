/** What each fixture's channels publish arrives at its bindings as it was. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GeneratedFile, generate, type Model } from "./index.js";
import { makeBundler } from "./round-trip/bundle.test-support.js";
import { roundTrip } from "./round-trip/round-trip.test-support.js";

const fixtures = path.join(import.meta.dirname, "fixtures");
const cases = readdirSync(fixtures).filter((name) => existsSync(path.join(fixtures, name, "oracle.ts")));

/** Topics that nothing can be published to. */
const empty: Readonly<Record<string, readonly string[]>> = {
  types: ["everything.primitives"],
};

let bundler: ReturnType<typeof makeBundler>;
beforeAll(() => {
  bundler = makeBundler();
});
afterAll(() => bundler.remove());

test.each(cases)("%s", { timeout: 180_000 }, async (name) => {
  const cwd = path.join(fixtures, name);
  const { files, models } = await generate({ cwd, dryRun: true });
  const [{ file }, model] = [files[0] as GeneratedFile, models[0] as Model];
  const loaded = await bundler.load(cwd, model, file);
  const tally = await roundTrip(model, loaded, { seed: 1, values: 12 });
  expect(tally.empty).toEqual(empty[name] ?? []);
  expect(tally.published).toBeGreaterThan(0);
});
