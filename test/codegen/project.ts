/** `examples/vite-react` as a project of its own: outside of this repository, with the package as npm packs it. */
import { cpSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Running, root, start } from "../support/process.js";

/** What its package.json would name beside the package. */
const packages = [
  ...["vite", "@vitejs/plugin-react", "react", "react-dom", "ws", "zod", "unplugin", "ts-morph", "jiti"],
  ...["typescript", "vitest", "@types/node", "@types/react", "@types/react-dom"],
];

/** Where its bindings lie. */
export const OUTPUT = "src/channels.gen.ts";
export const CHANNELS = "server/channels.ts";

export type ViteProject = Awaited<ReturnType<typeof makeViteProject>>;

export async function makeViteProject() {
  // The helpers of scripts/check-consumer.mjs, which TypeScript doesn't read here.
  const load = (name: string) => import(new URL(`../../scripts/lib/${name}.mjs`, import.meta.url).href);
  const [{ packInto }, { link, readManifest }] = await Promise.all([load("tarball"), load("installed")]);

  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "halyard-vite-")));
  const at = (name: string) => path.join(folder, name);
  const isSource = (file: string) => path.basename(file) !== "dist";
  cpSync(path.join(root, "examples/vite-react"), folder, { recursive: true, filter: isSource });
  writeFileSync(at("package.json"), `{ "private": true, "type": "module" }\n`);
  packInto(root, at("node_modules/halyard"));
  link([...packages, ...Object.keys(readManifest(at("node_modules/halyard")).dependencies)], folder);

  const read = (name: string) => readFileSync(at(name), "utf8");
  /** Replaces it at once, as editors do. */
  const write = (name: string, text: string) => {
    writeFileSync(at(`${name}~`), text);
    renameSync(at(`${name}~`), at(name));
  };
  /** Starts Node with one of its files, as `CI` or not. */
  const startNode = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Running =>
    start(process.execPath, args, { CI: undefined, NO_COLOR: "1", ...env }, folder);
  return {
    folder,
    read,
    write,
    /** Replaces a text that stands in a file. */
    edit(name: string, from: string, to: string): void {
      const text = read(name);
      if (!text.includes(from)) throw new Error(`${name} has no ${from}.`);
      write(name, text.replace(from, to));
    },
    remove: (name: string) => rmSync(at(name), { recursive: true }),
    start: startNode,
    /** The file of a program in its node_modules/.bin. */
    bin: (name: string) => realpathSync(at(`node_modules/.bin/${name}`)),
    /** Runs Node with one of its files, to its end. */
    async run(args: readonly string[], env?: NodeJS.ProcessEnv) {
      const running = startNode(args, env);
      const code = await running.exited;
      return { code, text: `${running.stdout}${running.stderr}` };
    },
    destroy: () => rmSync(folder, { recursive: true, force: true }),
  };
}
