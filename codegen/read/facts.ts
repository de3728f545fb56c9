/** Recognizes channels by the phantom members of their types; a name of ours would be lost in a helper's return type. */
import type { ts } from "ts-morph";

/** What the type of a channel says of it. */
export interface Facts {
  /** The type of its names. */
  readonly name: ts.Type;
  /** The type that holds its topics: the same for a definition and for what is made from it. */
  readonly map: ts.Type;
  /** Its topics, each a property of type `Topic<In, Out>`. */
  readonly topics: readonly ts.Symbol[];
  /** Where the channel has a name already: `Channel`. Otherwise it is a definition to call. */
  readonly called: boolean;
  /** Of a definition by a pattern: the type of its `pattern`. */
  readonly pattern?: ts.Type;
  /** Of a definition by a pattern: what it is called with. */
  readonly params?: ts.Type;
}

/** The type of a property. */
export const memberOf = (type: ts.Type, name: string, checker: ts.TypeChecker): ts.Type | undefined => {
  const symbol = type.getProperty(name);
  return symbol && checker.getTypeOfSymbol(symbol);
};

/** The facts of a channel's type; `undefined` where it isn't one. */
export function factsOf(type: ts.Type, checker: ts.TypeChecker): Facts | undefined {
  // A definition has a "~channel" too, which says that it is none.
  const definition = memberOf(type, "~def", checker);
  const found = definition ?? memberOf(type, "~channel", checker);
  const name = found && memberOf(found, "name", checker);
  const map = found && memberOf(found, "map", checker);
  // `$infer` is there on both, and on no object that happens to have a "~def".
  if (!name || !map || !type.getProperty("$infer")) return undefined;
  const topics = checker.getPropertiesOfType(map);
  const pattern = definition && memberOf(type, "pattern", checker);
  const params = pattern && memberOf(type, "$params", checker);
  return { name, map, topics, called: !definition, ...(pattern && params ? { pattern, params } : {}) };
}

/** What a topic takes and gives. */
export function payloadsOf(
  topic: ts.Symbol,
  checker: ts.TypeChecker,
): { input: ts.Type; output: ts.Type } | undefined {
  const type = checker.getTypeOfSymbol(topic);
  const input = memberOf(type, "input", checker);
  const output = memberOf(type, "output", checker);
  return input && output && { input, output };
}
