/** Types that a payload can't have. */
import type { ts } from "ts-morph";
import type { TypeModel } from "../model.js";
import type { Context } from "./context.js";
import { importsNotFound } from "./imports.js";

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
  const lost = importsNotFound(node.getSourceFile(), context).map((specifier) => `"${specifier.text}"`);
  // The compiler has an `any` of its own for what it can't resolve.
  const isLost = type !== context.checker.getAnyType();
  const fix = !isLost
    ? "give it a type, or `unknown`"
    : lost.length > 0
      ? `this file imports ${lost.join(", ")}, which can't be found: install it, or look at the tsconfig's "paths"`
      : `a name in its type can't be found: look at the tsconfig's "lib" and "types"`;
  const what = isLost ? "can't be resolved" : "is any";
  context.report({ code: "CODEGEN_ANY", message: `${path} ${what}, so its type would be lost.`, fix }, node);
  return nothing;
}
