/** An app that is made as docs/getting-started.md says: its files pasted, its commands obeyed, in a folder of its own. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { createServer } from "node:net";
import path from "node:path";
import { build } from "esbuild";
import { type Running, root, start } from "./process.js";

type Step =
  | { readonly file: string; readonly text: string }
  | { readonly command: string }
  | { readonly quote: string };

const PAGE = "docs/getting-started.md";

/** What makes a new app. It isn't downloaded: what matters of it stands in the fixtures. */
const makers: readonly (readonly [command: RegExp, fixture: string])[] = [
  [/^npx create-next-app@latest my-app /, "next"],
  [/^npm create vite@latest my-app /, "vite"],
];

export type NewApp = Awaited<ReturnType<typeof followPage>>;

/** Follows the page's path of that heading. What it starts is left for the test to start. */
export async function followPage(heading: string) {
  // The helpers of scripts/, which TypeScript doesn't read here.
  const load = (name: string) => import(new URL(`../../scripts/lib/${name}.mjs`, import.meta.url).href);
  const [{ packInto }, { sectionsOf }] = await Promise.all([load("tarball"), load("walkthrough")]);

  // Below the repository: Turbopack follows no links, so that packages have to be found in a folder above.
  mkdirSync(path.join(root, ".temp"), { recursive: true });
  const folder = mkdtempSync(path.join(root, ".temp", "new-app-"));
  const at = (file: string) => path.join(folder, file);
  const read = (file: string) => readFileSync(at(file), "utf8");
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  };

  const markdown = readFileSync(path.join(root, PAGE), "utf8");
  const sections: ReadonlyMap<string, readonly Step[]> = sectionsOf(markdown);
  const stepsOf = (title: string): readonly Step[] => {
    const steps = sections.get(title);
    if (!steps) throw new Error(`${PAGE} has no "${title}".`);
    return steps;
  };
  const paste = (steps: readonly Step[]) => {
    const files = steps.filter((step) => "file" in step);
    for (const { file, text } of files) write(file, text);
    return files.map(({ file }) => file);
  };

  const installed: string[] = [];
  const starts: string[] = [];
  const steps = stepsOf(heading);
  for (const { command } of steps.filter((step) => "command" in step)) {
    const maker = makers.find(([pattern]) => pattern.test(command));
    const names = /^npm install (?:--save-dev )?([\w@/ -]+)$/.exec(command)?.[1]?.split(" ");
    if (maker)
      cpSync(path.join(root, "test/fixtures/getting-started", maker[1]), folder, { recursive: true });
    else if (names) installed.push(...names);
    else if (/^(npm run dev|node .*\.ts)$/.test(command)) starts.push(command);
    else if (command !== "cd my-app") throw new Error(`${PAGE}: nobody knows here what "${command}" does.`);
  }
  packInto(root, at("node_modules/halyard"));
  // What create-next-app installs; Vite's template has the one that is here.
  if (installed.length === 2)
    symlinkSync(path.join(root, "node_modules/typescript-5.9"), at("node_modules/typescript"));
  const pasted = [...paste(stepsOf("The channel")), ...paste(steps)];
  // Told in words.
  const [, config, include] = /In `(tsconfig[\w.]*)`.*?`("include": \[.*?\])`/s.exec(markdown) ?? [];
  if (config && include && existsSync(at(config)))
    write(config, read(config).replace(/"include": \[.*\]/, include));

  const { dependencies, devDependencies, scripts } = JSON.parse(read("package.json"));
  const known = [...installed, ...Object.keys({ ...dependencies, ...devDependencies })];

  /** Runs a program of node_modules/.bin, and gives it these arguments. */
  const program = (line: string, env: NodeJS.ProcessEnv = {}): Running => {
    const [name = "", ...args] = line.split(" ");
    return start(
      process.execPath,
      [path.join(root, "node_modules/.bin", name), ...args],
      { ...quiet, ...env },
      folder,
    );
  };
  return {
    /** The commands that the page starts servers by. */
    starts,
    /** Packages that a pasted file imports, and nobody installed. */
    missing: pasted
      .flatMap((file) => [...read(file).matchAll(/from "([^"]+)"/g)].map(([, name = ""]) => name))
      .filter((name) => !/^[.@]?\.?\//.test(name) && !isBuiltin(name))
      .map((name) =>
        name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/"),
      )
      .filter(
        (name) =>
          !known.includes(name) || (!existsSync(path.join(root, "node_modules", name)) && name !== "halyard"),
      ),
    /** Pastes the files of another section as well. */
    paste: (title: string) => paste(stepsOf(title)),
    write,
    /** Replaces a text in a file. */
    edit(file: string, from: string, to: string): void {
      if (!read(file).includes(from)) throw new Error(`${file} has no ${from}.`);
      write(file, read(file).replaceAll(from, to));
    },
    program,
    /** `npm run`: what package.json has under that name, with these arguments after it. */
    script: (name: string, args = "", env?: NodeJS.ProcessEnv) =>
      program(`${scripts[name]} ${args}`.trim(), env),
    /** `node server.ts`, also where Node takes no TypeScript yet: then esbuild takes the types away, as `npx tsx` does. */
    async node(file: string, env: NodeJS.ProcessEnv = {}): Promise<Running> {
      const outfile = at("node_modules/.tmp/server.mjs");
      const options = { bundle: true, packages: "external", format: "esm", platform: "node" } as const;
      if (!takesTypeScript) await build({ ...options, entryPoints: [at(file)], outfile });
      return start(process.execPath, [takesTypeScript ? file : outfile], { ...quiet, ...env }, folder);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** As at a newcomer's desk: tests may run in CI, where there is no development. */
const quiet: NodeJS.ProcessEnv = {
  NEXT_TELEMETRY_DISABLED: "1",
  NODE_ENV: undefined,
  HALYARD_SECRET: undefined,
  NO_COLOR: "1",
};

const takesTypeScript = Boolean(Reflect.get(process.features, "typescript"));

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
