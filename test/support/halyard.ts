/** Projects outside of the repository that have the built package installed, and its command run in them. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Running, root, start } from "./process.js";

const tsconfig = JSON.stringify({
  compilerOptions: { target: "es2022", lib: ["es2022"], module: "nodenext", types: [], strict: true },
  include: ["src"],
});

/** The source of a file that exports a channel. */
export const channelSource = (name: string, payload = "{ text: string }") =>
  `import { realtime, staticSchema } from "halyard";
export const ${name} = realtime.channel({
  name: "${name}:{id}",
  topics: { posted: { schema: staticSchema<${payload}>() } },
});
`;

/** The built command. */
export const cli = path.join(root, "dist/codegen/cli.js");

export type Project = ReturnType<typeof makeProject>;

/** A project with one channel and these files, in a folder of its own. */
export function makeProject(files: Readonly<Record<string, string>> = {}) {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "halyard-command-")));
  const at = (name: string) => path.join(folder, name);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  const installed = at("node_modules");
  mkdirSync(installed);
  symlinkSync(root, path.join(installed, "halyard"), "dir");
  const given = {
    "package.json": `{ "type": "module" }`,
    "tsconfig.json": tsconfig,
    "src/chat.ts": channelSource("chat"),
    ...files,
  };
  for (const [name, text] of Object.entries(given)) write(name, text);
  return {
    at,
    write,
    read: (name: string) => readFileSync(at(name), "utf8"),
    /** Starts the command there. */
    start: (...args: string[]): Running => start(process.execPath, [cli, ...args], {}, folder),
    /** Starts a shell there, with the command as `$halyard`. */
    shell: (script: string): Running =>
      start("sh", ["-c", script], { halyard: `${process.execPath} ${cli}` }, folder),
    /** Runs the command there to its end. */
    async run(...args: string[]) {
      const running = start(process.execPath, [cli, ...args], {}, folder);
      const code = await running.exited;
      return { code, out: running.stdout, error: running.stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A config with an emitter that gives so many files of some kilobytes, in a folder. */
export const manyFiles = (count: number, text: string) => `
import { defineConfig, defineEmitter } from "halyard/codegen";
const files = defineEmitter({
  name: "files",
  out: "out/",
  emit: (_, { mark }) =>
    Array.from({ length: ${count} }, (_, i) => ({
      path: "f" + i + ".txt",
      text: mark + "\\n" + ${JSON.stringify(text)}.repeat(400) + "\\nend\\n",
    })),
});
export default defineConfig({ outputs: [files] });
`;
