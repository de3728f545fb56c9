/** Types that a payload can't have. */
import type { ts } from "ts-morph";
import type { TypeModel } from "../model.js";
import type { Context } from "./context.js";
import { importBehind, importsNotFound } from "./imports.js";

interface Where {
  readonly path: string;
  readonly node: ts.Node;
}

/** Stands in for a refused type, so that reading can go on and find more. */
const nothing: TypeModel = { kind: "primitive", name: "unknown" };

/** Reports a type that can't travel. */
export function refuse(
  context: Context,
  type: ts.Type,
  { path, node }: Where,
  what: string,
  fix?: string,
): TypeModel {
  const text = context.checker.typeToString(type);
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  context.report(
    {
      code: "CODEGEN_TYPE",
      message: `${path} is ${what}: ${shown}`,
      fix: fix ?? "send plain data: what a message holds has to survive the way to another machine",
    },
    node,
  );
  return nothing;
}

/** Reports a type that is `any`: nothing would be known of it, and nobody would notice. */
export function refuseAny(context: Context, type: ts.Type, { path, node }: Where): TypeModel {
  const { checker, report } = context;
  // The compiler has an `any` of its own for what it can't resolve.
  if (type === checker.getAnyType()) {
    const fix = "give it a type, or `unknown`; a recursive schema needs a named type beside it";
    report({ code: "CODEGEN_ANY", message: `${path} is any, so its type would be lost.`, fix }, node);
    return nothing;
  }
  const lost = importBehind(node, importsNotFound(node.getSourceFile(), context), checker);
  const fix = lost
    ? `"${lost.text}" can't be found: install it, or look at the tsconfig's "paths"`
    : `a name in it can't be found: look at the tsconfig's "lib" and "types", and run the compiler`;
  report({ code: "CODEGEN_ANY", message: `${path} is of a type that can't be resolved.`, fix }, node);
  return nothing;
}
