/** Files that the compiler can't parse: half of what they say would be missing. */
import { ts } from "ts-morph";
import type { Problem } from "../errors.js";
import { placeAt } from "./place.js";

export function syntaxProblems(
  program: ts.Program,
  files: readonly ts.SourceFile[],
  root: string,
): readonly Problem[] {
  return files.flatMap((file) =>
    program.getSyntacticDiagnostics(file).map(
      ({ messageText, start }): Problem => ({
        code: "CODEGEN_SYNTAX",
        message: ts.flattenDiagnosticMessageText(messageText, " "),
        place: placeAt(file, start, root),
      }),
    ),
  );
}
