/** Reads how a channel gets its name. */
import { ts } from "ts-morph";
import { isRealtimeError } from "../../src/errors.js";
import { checkName, parsePattern } from "../../src/name.js";
import type { NameModel } from "../model.js";
import type { Facts } from "./facts.js";
import { readNameFunction } from "./name-function.js";
import { readParams } from "./params.js";
import type { Walker } from "./walker.js";

/** The export that a name belongs to. */
export interface Owner {
  readonly id: string;
  /** What to point at. */
  readonly node: ts.Node;
  /** Where it is made: of a workspace's package, in a file that isn't the project's own. */
  readonly declaration: ts.Node;
}

export function readName(owner: Owner, facts: Facts, walker: Walker): NameModel {
  const { name, pattern, params: type, called } = facts;
  if (pattern && type) {
    if (!pattern.isStringLiteral()) return unknown(owner, walker, "its pattern is no literal type");
    const params = legal(owner, walker, () => parsePattern(pattern.value).params) ?? [];
    const values = readParams(owner, params, type, walker);
    return { kind: "pattern", pattern: pattern.value, params, ...(values ? { values } : {}) };
  }
  if (!called) return readNameFunction(owner, facts, walker) ?? placeholder;
  if (name.isStringLiteral()) {
    legal(owner, walker, () => checkName(name.value));
    return { kind: "literal", name: name.value };
  }
  if (name.flags & ts.TypeFlags.TemplateLiteral) {
    const why = `it is made from a definition, and its type is ${walker.checker.typeToString(name)}`;
    return unknown(
      owner,
      walker,
      why,
      "export the definition; leave this one out with the JSDoc tag @internal",
    );
  }
  return unknown(owner, walker, `its type is ${walker.checker.typeToString(name)}`);
}

/** Stands for a name that was reported. */
const placeholder: NameModel = { kind: "literal", name: "?" };

function unknown({ id, node }: Owner, { report }: Walker, why: string, fix?: string): NameModel {
  report(
    {
      code: "CODEGEN_CHANNEL_NAME",
      message: `channel "${id}": its name isn't known before the program runs: ${why}.`,
      fix:
        fix ??
        "write the name in place; in a helper, keep its type: function make<const N extends string>(name: N)",
    },
    node,
  );
  return placeholder;
}

/** Runs what throws for an illegal name, and reports that. */
function legal<T>({ id, node }: Owner, { report }: Walker, check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!isRealtimeError(error)) throw error;
    report({ code: "CODEGEN_CHANNEL_NAME", message: `channel "${id}": ${error.message}` }, node);
    return undefined;
  }
}
