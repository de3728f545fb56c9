/** Says in the terminal what became of a run. */
import path from "node:path";
import { formatProblem, isCodegenError } from "../errors.js";
import type { Outcome } from "./generator.js";

/** What is used of Vite's logger. */
export interface Logger {
  info(message: string, options: { readonly timestamp: boolean }): void;
  warn(message: string, options: { readonly timestamp: boolean }): void;
  error(message: string, options: { readonly timestamp: boolean }): void;
}

const options = { timestamp: true };

export function createReporter(logger: Logger, root: string) {
  let wasBroken = false;
  return {
    onRun({ generated, error }: Outcome): void {
      if (!generated) {
        logger.error(`halyard wrote nothing:\n\n${textOf(error)}\n`, options);
        wasBroken = true;
        return;
      }
      for (const { file, status } of generated.files) {
        const done = status === "removed" ? "removed" : "wrote";
        if (status !== "same") logger.info(`halyard ${done} ${path.relative(root, file)}`, options);
      }
      for (const warning of generated.warnings)
        logger.warn(`halyard: ${formatProblem(warning, "warning")}`, options);
      if (wasBroken) logger.info("halyard: nothing is wrong any more", options);
      wasBroken = false;
    },
    onNotice(message: string): void {
      logger.warn(`halyard: ${message}`, options);
    },
  };
}

/** A fault of ours, or of an emitter, with its stack. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isCodegenError(error) ? error.message : (error.stack ?? error.message);
}
