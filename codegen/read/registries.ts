/** Reads registries: what `registry({ … })` gives, however it was made. */
import { ts } from "ts-morph";
import { behindAlias } from "./exports.js";
import { type Facts, factsOf, memberOf } from "./facts.js";
import { unwrap } from "./find-function.js";

/** A channel in a registry. */
export interface Member {
  /** Its key in the registry. */
  readonly key: string;
  /** What it is called where it is declared: the constant, or the entry itself. */
  readonly symbol: ts.Symbol;
  readonly declaration: ts.Declaration;
  readonly facts: Facts;
}

/** The channels of a registry's type; `undefined` where it isn't one. */
export function membersOf(type: ts.Type, checker: ts.TypeChecker): readonly Member[] | undefined {
  if (!type.getProperty("match") || !type.getProperty("channel")) return undefined;
  const channels = memberOf(type, "channels", checker);
  if (!channels) return undefined;
  const members: Member[] = [];
  for (const entry of checker.getPropertiesOfType(channels)) {
    const facts = factsOf(checker.getTypeOfSymbol(entry), checker);
    const symbol = constantBehind(entry, checker);
    const declaration = symbol.declarations?.[0];
    if (!facts || !declaration) return undefined;
    members.push({ key: entry.name, symbol, declaration, facts });
  }
  return members;
}

/** The constant that an entry names, or the entry itself where the channel is written in place. */
function constantBehind(entry: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  const seen = new Set<ts.Symbol>();
  let symbol = entry;
  for (;;) {
    const next = named(symbol, checker);
    if (!next || seen.has(next)) return symbol;
    seen.add(next);
    symbol = next;
  }
}

/** What a declaration names as its value. */
function named(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol | undefined {
  const declaration = symbol.declarations?.[0];
  if (!declaration) return undefined;
  if (ts.isShorthandPropertyAssignment(declaration)) {
    const value = checker.getShorthandAssignmentValueSymbol(declaration);
    return value && behindAlias(value, checker);
  }
  const isNaming = ts.isPropertyAssignment(declaration) || ts.isVariableDeclaration(declaration);
  const value = isNaming && declaration.initializer ? unwrap(declaration.initializer) : undefined;
  if (!value || !(ts.isIdentifier(value) || ts.isPropertyAccessExpression(value))) return undefined;
  const found = checker.getSymbolAtLocation(value);
  const target = found && behindAlias(found, checker);
  // A param, or a member of some type, is no constant.
  return target?.valueDeclaration && isConstant(target.valueDeclaration) ? target : undefined;
}

const isConstant = (node: ts.Declaration) =>
  ts.isVariableDeclaration(node) ||
  ts.isBindingElement(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isShorthandPropertyAssignment(node) ||
  ts.isExportAssignment(node);
