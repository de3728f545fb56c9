/** Files that the compiler can't parse: half of what they say would be missing. */
import { ts } from "ts-morph";
import type { Findings } from "./context.js";
import { placeAt } from "./place.js";

export function reportSyntax(
  program: ts.Program,
  files: readonly ts.SourceFile[],
  root: string,
  findings: Findings,
): void {
  for (const file of files) {
    for (const { messageText, start } of program.getSyntacticDiagnostics(file)) {
      findings.add({
        code: "CODEGEN_SYNTAX",
        message: ts.flattenDiagnosticMessageText(messageText, " "),
        place: placeAt(file, start, root),
      });
    }
  }
}
