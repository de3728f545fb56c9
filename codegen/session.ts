/** From a project's sources to what is written of them: the one way that `generate`, `check`, watch and plugins take. */
import path from "node:path";
import type { Config } from "./config/config.js";
import { typescript } from "./emit/typescript.js";
import { failure, type Problem } from "./errors.js";
import { freezeDeep } from "./freeze.js";
import type { Model } from "./model.js";
import { planOutputs, resolveOut } from "./outputs.js";
import { openReader, type ReadInputs } from "./reader.js";
import { compareFiles, type GeneratedFile } from "./write.js";

/** What a run does, in this order. */
export type Phase = "read" | "emit" | "write";

export interface SessionOptions {
  /** Where to look for a tsconfig, and what `project` is relative to: absolute, and there. */
  readonly cwd: string;
  readonly config: Config;
  /** What relative outputs are relative to, absolute. Default: the tsconfig's folder. */
  readonly base?: string | undefined;
  /** Whether what was read is kept on disk, for the next process. Default: true. */
  readonly cache?: boolean | undefined;
  /** Is told what is being done. */
  readonly onPhase?: ((phase: Phase) => void) | undefined;
}

/** What a project's emitters give, compared with what is there; nothing is written yet. */
export interface Plan {
  /** What is to be written and removed, and what stays; by path. */
  readonly files: readonly GeneratedFile[];
  /** What was read of the project. */
  readonly model: Model;
  /** What should be known, though it stops nothing. */
  readonly warnings: readonly Problem[];
}

/** One project, held open: what was read stays known, so that the next time costs what changed. */
export interface Session {
  /** Reads the channels. Rejects with a `CodegenError`. */
  read(): Promise<Model>;
  /** Reads, emits and compares. Rejects with a `CodegenError`. */
  plan(): Promise<Plan>;
  /** Gets ready for the next change, for who waits for one: loads the compiler, where nothing had to be read. Never rejects. */
  warm(): Promise<void>;
  /** What the last reading hung on, whether it went well or not: what to watch. */
  inputs(): ReadInputs;
  /** What the last plan was for, absolute; a folder ends with a slash. Who watches ignores these. */
  outputs(): readonly string[];
}

/** Opens a project. Nothing is read until it is asked for. */
export function openSession({ cwd, config, base, cache, onPhase }: SessionOptions): Session {
  const { project, outputs = [typescript()], format } = config;
  // A folder's name is that of no module.
  const outputNames = outputs.flatMap(({ out }) => (/[\\/]$/.test(out) ? [] : path.basename(out)));
  const reader = openReader({ cwd, project, outputNames, cache });
  let written: readonly string[] = [];
  return {
    async read() {
      onPhase?.("read");
      return (await reader.read()).model;
    },
    async plan() {
      onPhase?.("read");
      const { model, root, placeOf } = await reader.read();
      if (model.channels.length === 0) {
        throw failure(
          "CODEGEN_NO_CHANNELS",
          `No module of ${root} exports a channel.`,
          "export it: export const news = realtime.channel({ … }); channels with the JSDoc tag @internal are left out",
        );
      }
      const place = base ?? root;
      written = outputs.map((emitter) => resolveOut(place, emitter));
      onPhase?.("emit");
      // It is what the next run goes on from: an emitter that sorts it in place would change that, too.
      freezeDeep(model);
      // Two outputs may be warned of one thing, such as JSON Schemas in two drafts.
      const warnings = new Map<string, Problem>();
      const warn = (problem: Problem) => warnings.set(JSON.stringify(problem), problem);
      const planned = await planOutputs({ model, root, base: place, outputs, format, placeOf, warn });
      const files = compareFiles(planned, [cwd, root, place]);
      return { files, model, warnings: [...warnings.values()] };
    },
    warm: () => reader.warm(),
    inputs: () => reader.inputs(),
    outputs: () => written,
  };
}
