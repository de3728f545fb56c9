// @ts-check
import ts from "typescript-6.0";
import { headingsOf } from "./links.mjs";

/**
 * The members of `export type RealtimeErrorCode = "A" | "B"`.
 *
 * @param {string} source
 */
function codesOf(source) {
  const { statements } = ts.createSourceFile("errors.ts", source, ts.ScriptTarget.Latest);
  const union = statements
    .filter(ts.isTypeAliasDeclaration)
    .find(({ name }) => name.text === "RealtimeErrorCode")?.type;
  const members = union && ts.isUnionTypeNode(union) ? [...union.types] : [];
  return members.flatMap((type) =>
    ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : [],
  );
}

/**
 * Checks that every error code has a heading of its own, and that no heading explains a code which isn't there.
 *
 * @param {string} source The text of src/errors.ts.
 * @param {string} markdown The text of docs/errors.md.
 * @returns {string[]}
 */
export function unexplainedCodes(source, markdown) {
  const codes = codesOf(source);
  if (codes.length === 0) return ["src/errors.ts:1: no codes found in `type RealtimeErrorCode`"];
  const headings = headingsOf(markdown).filter(({ text }) => /^[A-Z][A-Z0-9_]+$/.test(text));
  const missing = codes.filter((code) => !headings.some(({ text }) => text === code));
  const extra = headings.filter(({ text }) => !codes.includes(text));
  return [
    ...missing.map((code) => `docs/errors.md:1: no heading for the error code ${code}`),
    ...extra.map(({ text, line }) => `docs/errors.md:${line}: src/errors.ts has no code ${text}`),
  ];
}
