/** The order in which a channel's topics were written. A compiler's type of an object with spreads has another. */
import { ts } from "ts-morph";
import { unwrap } from "./find-function.js";

/** Topics as they stand in the object that declares them, where that can be found; else as the compiler has them. */
export function inDeclaredOrder(
  topics: readonly ts.Symbol[],
  node: ts.Node,
  checker: ts.TypeChecker,
): readonly ts.Symbol[] {
  const byName = new Map(topics.map((topic) => [topic.name, topic]));
  const given = givenIn(node);
  const around = topics.flatMap(({ declarations }) => declarations?.[0]?.parent ?? []);
  for (const object of new Set([...(given ? [given] : []), ...around.filter(ts.isObjectLiteralExpression)])) {
    const keys = [...new Set(keysOf(object, checker))];
    const ordered = keys.flatMap((key) => byName.get(key) ?? []);
    if (ordered.length === topics.length && keys.length === topics.length) return ordered;
  }
  return topics;
}

/** What a call such as `realtime.channel({ topics: … })` is given. */
function givenIn(node: ts.Node): ts.Expression | undefined {
  const value = ts.isExportAssignment(node)
    ? node.expression
    : ts.isVariableDeclaration(node)
      ? node.initializer
      : undefined;
  const call = value && unwrap(value);
  const config = call && ts.isCallExpression(call) ? call.arguments[0] : undefined;
  if (!config || !ts.isObjectLiteralExpression(config)) return undefined;
  const topics = config.properties.find((property) => property.name?.getText() === "topics");
  return topics && ts.isPropertyAssignment(topics) ? topics.initializer : undefined;
}

/** The keys of an object, as they are when it runs: one that comes twice stays where it came first. */
function keysOf(given: ts.Expression, checker: ts.TypeChecker): readonly string[] {
  const node = unwrap(given);
  const literal = ts.isObjectLiteralExpression(node) ? node : literalBehind(node, checker);
  if (!literal) return checker.getPropertiesOfType(checker.getTypeAtLocation(node)).map(({ name }) => name);
  return literal.properties.flatMap((property) => {
    if (ts.isSpreadAssignment(property)) return keysOf(property.expression, checker);
    return checker.getSymbolAtLocation(property.name)?.name ?? [];
  });
}

/** The object that a constant stands for. */
function literalBehind(node: ts.Expression, checker: ts.TypeChecker): ts.ObjectLiteralExpression | undefined {
  const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
  const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target?.valueDeclaration;
  const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  const literal = value && unwrap(value);
  return literal && ts.isObjectLiteralExpression(literal) ? literal : undefined;
}
