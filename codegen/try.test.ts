import { test } from "vitest";
import { generate, list } from "./index.js";
test("try", async () => {
  const cwd = process.env["FIX"] ?? "codegen/fixtures/scan";
  let t = performance.now();
  try {
  const r = await generate({ cwd, dryRun: true });
  console.log(r.code); console.log(performance.now() - t);
  t = performance.now();
  await generate({ cwd, dryRun: true });
  console.log(performance.now() - t);
  if (process.env["IR"]) console.log(JSON.stringify(r.model, null, 1));
  } catch (e) { console.log((e as Error).stack); }
}, 60000);
