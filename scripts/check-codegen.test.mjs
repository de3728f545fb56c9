// @ts-check
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { checkCodegen } from "./check-codegen.mjs";
import { root } from "./lib/repo.mjs";

test("bindings that are stale, or can't be made, are problems", async (t) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-check-codegen-"));
  t.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
  const app = path.join(folder, "app");
  cpSync(path.join(root, "examples/vite-react/server"), path.join(app, "server"), { recursive: true });
  const paths = { halyard: [path.join(root, "dist/src/index.d.ts")] };
  writeFileSync(
    path.join(app, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { module: "esnext", moduleResolution: "bundler", strict: true, paths },
      files: ["server/channels.ts"],
    }),
  );
  const projects = [{ cwd: "app", out: "bindings.gen.ts" }];
  const [missing, ...more] = await checkCodegen(projects, folder);
  assert.match(missing ?? "", /^app: .*bindings\.gen\.ts isn't there yet/);
  assert.deepEqual(more, []);

  writeFileSync(path.join(app, "server/channels.ts"), "export {};");
  assert.match((await checkCodegen(projects, folder)).join(), /^app: .*CODEGEN_NO_CHANNELS/);
});
