/** JSDoc, as it was written. */
import { ts } from "ts-morph";

/** The text of a symbol's JSDoc with its tags, or `undefined` where it has none. */
export function docOf(symbol: ts.Symbol, checker: ts.TypeChecker): string | undefined {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`.trimEnd());
  // A type's own declarations may lie in several files, whose line ends may differ.
  return [text, tags.join("\n")].filter(Boolean).join("\n\n").replace(/\r\n/g, "\n").trim() || undefined;
}

/** Whether it says `@internal`: not for readers outside of the project. */
export const isInternal = (symbol: ts.Symbol): boolean =>
  symbol.getJsDocTags().some(({ name }) => name === "internal");
