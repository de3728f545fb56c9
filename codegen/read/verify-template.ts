/** Proves a template: renders samples by it and by the function itself. */

import { runInNewContext } from "node:vm";
import { ts } from "ts-morph";
import { reasonOf } from "../errors.js";
import type { Hole } from "../model.js";
import type { NameFunction } from "./find-function.js";
import { type Reading, type Template, Unreadable } from "./template.js";

// What encodings, separators and a second look at a text would change.
const TEXTS = ["a", "B", "x:y", "a b", "é/%", "0"];
const TIME_LIMIT_MS = 1_000;

/** Throws `Unreadable` where both don't give the same names. The function is known to call nothing but globals. */
export function verifyTemplate(
  node: NameFunction,
  { template, constants }: Reading,
  checker: ts.TypeChecker,
): void {
  const holes = template.filter((part) => typeof part !== "string");
  const source = sourceOf(node, constants);
  TEXTS.forEach((_, offset) => {
    const values = holes.map((hole, i) => sampleOf(hole, node, checker, i + offset));
    const args: unknown[] = node.parameters.map(() => undefined);
    holes.forEach(({ param, path }, i) => {
      args[param] = withValue(args[param], path, values[i]);
    });
    const actual = run(node, source, args);
    const expected = render(
      template,
      holes.map((hole) => valueAt(args, hole)),
    );
    if (actual !== expected) {
      throw new Unreadable(
        node,
        `it gives ${JSON.stringify(actual)} where ${JSON.stringify(expected)} was expected`,
      );
    }
  });
}

function render(template: Template, values: readonly unknown[]): string {
  let next = 0;
  return template
    .map((part) => {
      if (typeof part === "string") return part;
      const text = String(values[next++]);
      return part.encode ? encodeURIComponent(text) : text;
    })
    .join("");
}

/** A value of the type that a hole has: numbers and texts read alike in a name, but not in a sum. */
function sampleOf(hole: Hole, node: NameFunction, checker: ts.TypeChecker, i: number): unknown {
  const param = node.parameters[hole.param];
  let type = param && checker.getTypeAtLocation(param);
  for (const key of hole.path) {
    const symbol = type?.getProperty(key);
    type = symbol && checker.getTypeOfSymbol(symbol);
  }
  const { NumberLike, StringLike, BooleanLike, BigIntLike } = ts.TypeFlags;
  const members = type?.isUnion() ? type.types : type ? [type] : [];
  const all = (flags: ts.TypeFlags) => members.length > 0 && members.every((member) => member.flags & flags);
  if (all(StringLike)) return TEXTS[i % TEXTS.length];
  if (all(NumberLike)) return i * 7.5;
  if (all(BooleanLike)) return i % 2 === 0;
  if (all(BigIntLike)) return BigInt(i);
  throw new Unreadable(
    param ?? node,
    `\`${hole.path.at(-1) ?? param?.name.getText()}\` is no text and no number, or may be missing`,
  );
}

function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const object = typeof target === "object" && target !== null ? target : {};
  return { ...object, [key]: withValue(Reflect.get(object, key), rest, value) };
}

const valueAt = (args: readonly unknown[], { param, path }: Hole): unknown =>
  path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), args[param]);

/** The function alone as JavaScript, with the constants that it uses put into it. */
function sourceOf(node: NameFunction, constants: Reading["constants"]): string {
  // Without "export", which has no place in an expression.
  const start = node.modifiers?.end ?? node.getStart();
  const text = constants.toReversed().reduce(
    (text, { node, text: value }) => {
      const from = node.getStart() - start;
      return text.slice(0, from) + JSON.stringify(value) + text.slice(from + node.getWidth());
    },
    node.getSourceFile().text.slice(start, node.end),
  );
  const expression = ts.isMethodDeclaration(node) ? `({ ${text} }).name` : `(${text})`;
  const { outputText } = ts.transpileModule(expression, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.None },
  });
  return outputText;
}

function run(node: NameFunction, source: string, args: readonly unknown[]): unknown {
  try {
    return runInNewContext(`${source.trim().replace(/;$/, "")}`, {}, { timeout: TIME_LIMIT_MS })(...args);
  } catch (cause) {
    throw new Unreadable(node, `it can't be tried: ${reasonOf(cause)}`);
  }
}
