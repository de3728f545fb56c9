/** A project with the plugin, and Vite's own API on it; for tests. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  build,
  createLogger,
  createServer,
  type InlineConfig,
  type PluginOption,
  type ViteDevServer,
} from "vite";
import { channelSource, makeProject, tsconfig } from "../fixtures/temp-project.js";
import { defineEmitter, typescript } from "../index.js";
import { halyard } from "../vite.js";
import type { PluginOptions } from "./plugin.js";

/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
export const PATIENCE = { timeout: 30_000, interval: 20 };

/** What the terminal says where the bindings were written. */
export const wrote = "info: halyard wrote src/halyard.gen.ts";
/** A channel with what isn't allowed. */
export const broken = channelSource("news", "{ text: any }");
export const page = `import { news } from "./halyard.gen.js";\nconsole.log(news.pattern, "the page");\n`;

const sources = path.join(import.meta.dirname, "../../src");

export function makeViteProject() {
  const project = makeProject({
    "tsconfig.json": tsconfig,
    "src/channels.ts": channelSource("news"),
    "src/page.ts": page,
    // Both are made when Vite begins: their folder would have changed.
    "dist/.keep": "",
    ".vite/.keep": "",
  });
  const { root } = project;
  const servers: ViteDevServer[] = [];
  const said: string[] = [];
  let runs = 0;

  const configOf = (...plugins: PluginOption[]): InlineConfig => {
    const customLogger = createLogger("info");
    for (const kind of ["info", "warn", "error"] as const) {
      customLogger[kind] = (message) =>
        void (message.includes("halyard") && said.push(`${kind}: ${message}`));
    }
    return {
      root,
      configFile: false,
      // The project's node_modules is that of this repository.
      cacheDir: path.join(root, ".vite"),
      customLogger,
      plugins,
      resolve: {
        alias: [
          { find: /^halyard$/, replacement: `${sources}/index.ts` },
          { find: /^halyard\/client$/, replacement: `${sources}/client/index.ts` },
        ],
      },
      build: { rolldownOptions: { input: "src/page.ts", output: { entryFileNames: "page.js" } } },
    };
  };

  return {
    root,
    configOf,
    /** What the plugin, or Vite of our files, has said so far. */
    said,
    write: project.write,
    /** Replaces a file at once, as editors do: writing it in place would be two changes. */
    edit(name: string, text: string): void {
      const file = path.join(root, name);
      writeFileSync(`${file}~`, text);
      renameSync(`${file}~`, file);
    },
    remove: (name: string) => rmSync(path.join(root, name)),
    read: (name: string) => readFileSync(path.join(root, name), "utf8"),
    output: path.join(root, "src/halyard.gen.ts"),
    generated: () => readFileSync(path.join(root, "src/halyard.gen.ts"), "utf8"),
    /** How often the emitters of {@link counted} were asked: once in a run. */
    runs: () => runs,
    counted: () => ({
      outputs: [
        typescript(),
        defineEmitter({
          name: "counter",
          out: "src/counter.txt",
          emit(_, { mark }) {
            runs++;
            return `# ${mark}\n`;
          },
        }),
      ],
    }),
    /** Starts a server. */
    async start(config: InlineConfig): Promise<ViteDevServer> {
      const server = await createServer({ server: { port: 0, host: "127.0.0.1" }, ...config });
      servers.push(server);
      return server.listen();
    },
    /** Builds the page, with a plugin for each options; gives its code. */
    async bundle(...options: PluginOptions[]): Promise<string> {
      await build(configOf(...options.map((one) => halyard(one))));
      return readFileSync(path.join(root, "dist/page.js"), "utf8");
    },
    async close(): Promise<void> {
      await Promise.all(servers.map((server) => server.close()));
      project.remove();
    },
  };
}
