/** `halyard generate`, run again by another process. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { endAll, root, start } from "./support/process.js";

let folder = "";
afterEach(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Refuses to load a compiler, and what loads a config. */
const hooks = `export async function resolve(specifier, context, next) {
  if (/^(ts-morph|jiti)/.test(specifier)) throw new Error("loads " + specifier);
  return next(specifier, context);
}`;
const url = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const refuse = url(`import { register } from "node:module"; register(${JSON.stringify(url(hooks))});`);

test("where nothing changed, no compiler is loaded", async () => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "halyard-cache-")));
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules/halyard"), "dir");
  write("package.json", `{ "type": "module" }`);
  write(
    "tsconfig.json",
    `{ "compilerOptions": { "module": "nodenext", "types": [], "strict": true }, "include": ["src"] }`,
  );
  const source = (payload: string) => `import { realtime, staticSchema } from "halyard";
export const chat = realtime.channel({ name: "chat", topics: { said: { schema: staticSchema<${payload}>() } } });\n`;
  write("src/chat.ts", source("{ text: string }"));

  const cli = path.join(root, "dist/codegen/cli.js");
  const run = async (...flags: string[]) => {
    const command = start(process.execPath, [...flags, cli, "generate", "--project", folder]);
    return { code: await command.exited, said: command.stdout + command.stderr };
  };
  expect(await run()).toEqual({
    code: 0,
    said: expect.stringMatching(/^Wrote 1 channel in .*halyard.gen.ts\.\n$/),
  });
  const again = { code: 0, said: expect.stringMatching(/^Nothing to do: 1 channel in .*, as before\.\n$/) };
  expect(await run("--import", refuse)).toEqual(again);
  write("src/chat.ts", source("{ text: string; at: Date }"));
  expect((await run("--import", refuse)).said).toContain("loads ts-morph");
});
