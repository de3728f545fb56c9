/** What a project's `channels.config.ts` says. */
import type { Emitter } from "../emitter.js";

/** One project, and what is written of its channels. */
export interface Config {
  /** The tsconfig of the project, or its folder; relative to the config. Default: the nearest to the config. */
  readonly project?: string | undefined;
  /** What is written. Default: `[typescript()]`. */
  readonly outputs?: readonly Emitter[] | undefined;
  /**
   * Formats each file before it is written, and before it is compared: give it your formatter's own function. `file` is
   * absolute. Default: as it comes, which needs no formatting.
   */
  readonly format?: ((text: string, file: string) => string | Promise<string>) | undefined;
}

/** A config, several, or what gives them. */
export type ConfigInput =
  | Config
  | readonly Config[]
  | (() => Config | readonly Config[] | Promise<Config | readonly Config[]>);

/**
 * Types the default export of `channels.config.ts`.
 *
 * @example
 * ```ts
 * import { contract, defineConfig, typescript } from "halyard/codegen";
 *
 * export default defineConfig({ outputs: [typescript(), contract()] });
 * ```
 */
export const defineConfig = <const C extends ConfigInput>(config: C): C => config;
