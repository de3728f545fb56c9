/** What turns a project's channels into files: the interface that the built-in emitters are written on, too. */
import type { Place, Problem } from "./errors.js";
import type { Model } from "./model.js";

/** One of several files that an emitter gives. */
export interface EmittedFile {
  /** Relative to the output's folder, with `/` on every system. */
  readonly path: string;
  readonly text: string;
}

/** What an emitter is given beside the model. */
export interface EmitContext {
  /** The output, absolute: a file, or a folder where the emitter's `out` ends with a slash. */
  readonly out: string;
  /** The tsconfig's folder, absolute. */
  readonly root: string;
  /**
   * What a file has to say within its first five lines, so that it may be overwritten and removed later. Put it into a
   * comment, or into a member such as `"$comment"`.
   */
  readonly mark: string;
  /** Where a channel, or a registry, is declared: by its id. */
  readonly placeOf: (id: string) => Place | undefined;
  /** Takes note of what is wrong. Nothing is written then, and all that is wrong is told at once. */
  readonly report: (problem: Problem) => void;
  /** Takes note of what the user should know, though it stops nothing. */
  readonly warn: (problem: Problem) => void;
}

/** Turns channels into one file, or several. */
export interface Emitter {
  /** For messages. */
  readonly name: string;
  /**
   * What it writes: a file, or a folder with a slash behind it. Relative to the folder of the config, or of the tsconfig
   * where there is no config.
   */
  readonly out: string;
  /**
   * The text of the file; for a folder, the files. The same model must give the same text, on every machine; it is
   * frozen. What it throws ends the run, and nothing is written.
   */
  emit(
    model: Model,
    context: EmitContext,
  ): string | readonly EmittedFile[] | Promise<string | readonly EmittedFile[]>;
}

/**
 * An emitter of your own, for `outputs` of the config.
 *
 * @example
 * ```ts
 * const names = defineEmitter({
 *   name: "names",
 *   out: "channels.txt",
 *   emit: ({ channels }, { mark }) => `# ${mark}\n${channels.map(({ id }) => `${id}\n`).join("")}`,
 * });
 * ```
 */
export const defineEmitter = <const E extends Emitter>(emitter: E): E => emitter;
