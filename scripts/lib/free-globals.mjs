// @ts-check
/** Which globals a script names, by its scopes: what nothing in it declares. */
import ts from "typescript-6.0"; // TypeScript 7 has no JavaScript API.

/**
 * One use of a global. `member` is set where a member of the global itself is read: `URL.canParse`. What is read of
 * `globalThis`, as `globalThis.x`, `globalThis["x"]` or `globalThis[y ? "x" : "z"]`, counts as that global; where it is used
 * otherwise, that is `{ name: "globalThis" }`.
 *
 * @typedef {{ name: string, member?: string, line: number }} Use
 */

/**
 * @param {string} code A script without imports, such as a bundle.
 * @returns {Use[]}
 */
export function freeGlobals(code) {
  const file = "bundle.js";
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const host = ts.createCompilerHost({});
  const checker = ts
    .createProgram(
      [file],
      { allowJs: true, noLib: true, types: [] },
      { ...host, getSourceFile: (name) => (name === file ? source : undefined), fileExists: () => false },
    )
    .getTypeChecker();

  /** @type {Use[]} */
  const found = [];
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isIdentifier(node) && isReference(node) && !isDeclared(node)) found.push(...usesOf(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;

  /** @param {ts.Identifier} node */
  function isDeclared(node) {
    if (node.text === "undefined" || node.text === "arguments") return true;
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return (symbol?.declarations?.length ?? 0) > 0;
  }

  /** @param {ts.Identifier} node @returns {Use[]} */
  function usesOf(node) {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    const members = membersOf(node);
    if (node.text !== "globalThis" || members.length === 0) {
      return [{ name: node.text, ...(members[0] ? { member: members[0] } : {}), line }];
    }
    const [member] = membersOf(node.parent);
    return members.map((name) => ({ name, ...(member ? { member } : {}), line }));
  }
}

/** The members of `node` that may be read there; none where nothing says which. @param {ts.Node} node @returns {string[]} */
function membersOf(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return [parent.name.text];
  if (!ts.isElementAccessExpression(parent) || parent.expression !== node) return [];
  const key = parent.argumentExpression;
  const keys = ts.isConditionalExpression(key) ? [key.whenTrue, key.whenFalse] : [key];
  return keys.every(ts.isStringLiteralLike) ? keys.map(({ text }) => text) : [];
}

/** Whether an identifier stands for a value, not for a member's or a label's name. @param {ts.Identifier} node */
function isReference(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isAccessor(parent);
  return !(isMember && parent.name === node) && !ts.isMetaProperty(parent);
}
