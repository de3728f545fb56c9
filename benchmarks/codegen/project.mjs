// @ts-check
/** Makes projects to generate from. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

const compilerOptions = {
  ...{ target: "es2022", lib: ["es2022", "dom"], module: "nodenext", types: ["node"] },
  ...{ strict: true, skipLibCheck: true, noEmit: true },
};

/** A file with one channel of three topics, whose payloads a validator knows, and share a part. @param {number} i */
const channel = (i) => `import { realtime } from "halyard";
import { z } from "zod";
import { step } from "../step.js";

/** What becomes of run ${i}. */
export const channel${i} = realtime.channel({
  name: "run${i}:{runId}",
  topics: {
    started: { schema: z.object({ by: z.string(), steps: z.array(step) }) },
    progress: { schema: z.object({ done: z.number(), total: z.number().optional(), notes: z.record(z.string(), z.boolean()) }) },
    ended: {
      schema: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("ok"), value: z.string() }),
        z.object({ kind: z.literal("failed"), why: z.string(), at: z.date() }),
      ]),
    },
  },
});
`;

/** A file that no channel is in: of a server, with a function, a class, and a schema. @param {number} i @param {number} files */
const other = (i, files) => {
  const next = (i + 1 + (i % 5) * 13) % files;
  return `import { z } from "zod";
import { type Item${next}, total${next} } from "./file${next}.js";

export const item${i} = z.object({ name: z.string(), count: z.number() });

export interface Item${i} {
  readonly name: string;
  readonly parts: readonly Item${next}[];
}

export function total${i}(item: Item${i}, depth: number): number {
  return depth > 0 ? item.parts.map((part) => total${next}(part, depth - 1)).reduce((a, b) => a + b, 0) : ${i};
}

export class Store${i} {
  readonly #items = new Map<string, Item${i}>();
  add(item: Item${i}): this {
    this.#items.set(item.name, item);
    return this;
  }
}
`;
};

const step = `import { z } from "zod";

export const step = z.object({ name: z.string(), at: z.date(), state: z.enum(["queued", "running", "done"]) });
`;

/**
 * Makes a project. It lies inside of the repository, where files can name the package by its own name, and has a
 * node_modules of its own for what is remembered of it.
 *
 * @param {{ channels: number, files: number }} size
 */
export function makeProject({ channels, files }) {
  const parent = path.join(root, ".temp");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, "codegen-"));
  const write = (/** @type {string} */ name, /** @type {string} */ text) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  mkdirSync(path.join(folder, "node_modules"));
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["src"] }));
  write("src/step.ts", step);
  const others = Math.max(0, files - channels - 1);
  for (let i = 0; i < channels; i++) write(`src/channels/run${i}.ts`, channel(i));
  for (let i = 0; i < others; i++) write(`src/server/file${i}.ts`, other(i, others));
  return {
    folder,
    /** Forgets what was read. */
    forget: () => rmSync(path.join(folder, "node_modules/.cache"), { recursive: true, force: true }),
    /** Changes a topic's type. @param {number} i @param {number} time */
    edit: (i, time) =>
      write(`src/channels/run${i}.ts`, channel(i).replace("by: z.string()", `by${time}: z.string()`)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
