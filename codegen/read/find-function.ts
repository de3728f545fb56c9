/** Finds the name function of a channel in the sources. */
import { ts } from "ts-morph";
import { isChannelCall } from "./channel-call.js";

export type NameFunction =
  | ts.ArrowFunction
  | ts.FunctionExpression
  | ts.FunctionDeclaration
  | ts.MethodDeclaration;

/** The function that an exported constant gives to `realtime.channel`, if it stands there, or is a constant itself. */
export function findFunction(node: ts.Node, program: ts.Program): NameFunction | undefined {
  const checker = program.getTypeChecker();
  const call = ts.isExportAssignment(node)
    ? node.expression
    : ts.isVariableDeclaration(node)
      ? node.initializer
      : undefined;
  const found = call && behind(call, checker);
  if (!found || !ts.isCallExpression(found) || !isChannelCall(found, program)) return undefined;
  const [config] = found.arguments;
  if (!config || !ts.isObjectLiteralExpression(config)) return undefined;
  // The last one counts, and a spread or a computed key after it could hide it.
  const name = config.properties.findLast((property) => (keyOf(property) ?? "name") === "name");
  if (!name || keyOf(name) === undefined) return undefined;
  if (ts.isMethodDeclaration(name)) return name;
  if (ts.isShorthandPropertyAssignment(name))
    return asFunction(declared(checker.getShorthandAssignmentValueSymbol(name), checker));
  return ts.isPropertyAssignment(name) ? asFunction(behind(name.initializer, checker)) : undefined;
}

/** The key of a property, where it can be told. */
function keyOf({ name }: ts.ObjectLiteralElementLike): string | undefined {
  const key = name && ts.isComputedPropertyName(name) ? unwrap(name.expression) : name;
  const isPlain = key && (key === name || ts.isLiteralExpression(key));
  return isPlain && (ts.isIdentifier(key) || ts.isStringLiteralLike(key) || ts.isNumericLiteral(key))
    ? key.text
    : undefined;
}

/** An expression without parentheses and type assertions. */
export function unwrap(node: ts.Expression): ts.Expression {
  const isWrapper =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isNonNullExpression(node);
  return isWrapper ? unwrap(node.expression) : node;
}

/** An expression behind the constants that name it. */
function behind(node: ts.Expression, checker: ts.TypeChecker): ts.Node | undefined {
  const inner = unwrap(node);
  return ts.isIdentifier(inner) ? declared(checker.getSymbolAtLocation(inner), checker) : inner;
}

function declared(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): ts.Node | undefined {
  const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return declaration;
  const isConst = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return isConst && declaration.initializer ? behind(declaration.initializer, checker) : undefined;
}

const asFunction = (node: ts.Node | undefined): NameFunction | undefined =>
  node && (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node))
    ? node
    : undefined;
