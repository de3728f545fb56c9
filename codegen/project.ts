/** From options to projects: which config holds, and what it says. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Config, ConfigInput } from "./config/config.js";
import { findConfigFile, loadConfigFile } from "./config/load.js";
import { typescript } from "./emit/typescript.js";
import { failure } from "./errors.js";
import { openSession, type Session } from "./session.js";

export interface ProjectOptions {
  /** What relative paths are relative to. Default: the process's working directory. */
  readonly cwd?: string | undefined;
  /** The tsconfig of the project that declares the channels, or its folder. Default: the config's, else the nearest to `cwd`. */
  readonly project?: string | undefined;
  /** A config, or the file that holds one. Default: `channels.config.ts` (or `.mts`, `.js`, `.mjs`) in `cwd`, if it is there. */
  readonly config?: string | ConfigInput | undefined;
  /** Whether what was read is kept in `node_modules/.cache`, so that the next process reads what changed. Default: true. */
  readonly cache?: boolean | undefined;
}

export interface OpenOptions extends ProjectOptions {
  /** The TypeScript file to write, relative to `cwd`, where there is no config. Default: `src/halyard.gen.ts` beside the tsconfig. */
  readonly out?: string | undefined;
}

/** What was opened: a session for each project that the config names. */
export interface Opened {
  readonly sessions: readonly Session[];
  /** The config's file, absolute; `undefined` where there is none. */
  readonly configFile: string | undefined;
}

/** Opens the projects of the config, or the one of the nearest tsconfig. Nothing is read yet. */
export async function openProjects({ cwd, project, out, config, cache }: OpenOptions): Promise<Opened> {
  const folder = folderOf(cwd);
  const configFile =
    typeof config === "string"
      ? path.resolve(folder, config)
      : config === undefined
        ? findConfigFile(folder)
        : undefined;
  const given =
    configFile === undefined ? (config as ConfigInput | undefined) : await loadConfigFile(configFile);
  if (given === undefined) {
    const outputs = out === undefined ? undefined : [typescript({ out })];
    const base = out === undefined ? undefined : folder;
    return {
      configFile,
      sessions: [openSession({ cwd: folder, config: { project, outputs }, base, cache })],
    };
  }
  if (out !== undefined) {
    const fix = "leave --out away, or write it into the config: typescript({ out })";
    throw failure(
      "CODEGEN_OPTIONS",
      "There is a config, which says what is written, and an output beside it.",
      fix,
    );
  }
  const base = configFile === undefined ? folder : path.dirname(configFile);
  const configs = await configsOf(given);
  return {
    configFile,
    sessions: configs.map((one) => {
      const at = project === undefined ? base : folder;
      return openSession({ cwd: at, config: { ...one, project: project ?? one.project }, base, cache });
    }),
  };
}

async function configsOf(given: ConfigInput): Promise<readonly Config[]> {
  const config = typeof given === "function" ? await given() : given;
  // An array that may be read-only isn't narrowed.
  return Array.isArray(config) ? (config as readonly Config[]) : [config as Config];
}

function folderOf(cwd: string | undefined): string {
  const folder = path.resolve(cwd ?? "");
  if (existsSync(folder)) return folder;
  throw failure("CODEGEN_OPTIONS", `There is no folder ${folder}.`);
}
