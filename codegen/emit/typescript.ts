/** The emitter of typed client bindings: one TypeScript file with nothing of the user's sources. */
import { defineEmitter, type Emitter } from "../emitter.js";
import { CodegenError } from "../errors.js";
import { emitTypescript } from "./typescript-file.js";

/** Where bindings are written to by default. */
export const TYPESCRIPT_OUT = "src/halyard.gen.ts";

export interface TypescriptOptions {
  /** The file to write. Default: `src/halyard.gen.ts`. */
  readonly out?: string | undefined;
}

/**
 * Writes typed client bindings: types, names, `subscribe`, `publish`. Throws `CODEGEN_OPTIONS` where `out` isn't called as TypeScript is.
 *
 * @example
 * ```ts
 * export default defineConfig({ outputs: [typescript({ out: "web/channels.gen.ts" })] });
 * ```
 */
export function typescript({ out = TYPESCRIPT_OUT }: TypescriptOptions = {}): Emitter {
  if (!/(?<!\.d)\.[cm]?ts$/.test(out)) {
    const message = `The output is TypeScript; "${out}" isn't called so.`;
    throw new CodegenError([{ code: "CODEGEN_OPTIONS", message, fix: TYPESCRIPT_OUT }]);
  }
  return defineEmitter({
    name: "typescript",
    out,
    emit: emitTypescript,
  });
}
