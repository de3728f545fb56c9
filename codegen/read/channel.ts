/** Reads one channel. */
import type { ts } from "ts-morph";
import { pascalCase } from "../identifier.js";
import type { ChannelModel, TopicModel } from "../model.js";
import { sameType } from "../same-type.js";
import { type Context, nearest } from "./context.js";
import { docOf } from "./doc.js";
import type { Exported } from "./exports.js";
import { type Facts, payloadsOf } from "./facts.js";
import { givenName } from "./given-name.js";
import { isObject } from "./known.js";
import { type Owner, readName } from "./name.js";
import { type Collision, createNames, inReadingOrder } from "./names.js";
import { placeOf, relativePath } from "./place.js";
import { inDeclaredOrder } from "./topic-order.js";
import { createWalker } from "./walk.js";
import type { At, Walker } from "./walker.js";

/** A topic with the name of its type. */
interface Root {
  readonly topic: ts.Symbol;
  readonly name: string;
  readonly input: ts.Type;
  readonly output: ts.Type;
  readonly at: At;
}

/** The model of a channel. What can't be read is reported, and stands in the model as a placeholder. */
export function readChannel(
  { symbol, name: id, node, declaration }: Exported,
  facts: Facts,
  context: Context,
): ChannelModel {
  const roots = readRoots({ id, node, declaration }, facts, context);
  const names = createNames(id, new Set(roots.flatMap(({ name }) => [name, `${name}Input`])));
  const walker = createWalker(context, names);
  // Every topic's own payload gets its name before any is read, so that one can refer to another.
  for (const { name, output, at } of roots) {
    if (!isObject(output, context) || names.of(output) !== undefined) continue;
    const named =
      givenName(output, context) === undefined ? undefined : (output.aliasSymbol ?? output.symbol);
    const doc = named && docOf(named, context.checker);
    names.claim(output, name, { what: at.path, node: at.node, doc });
  }
  for (const { name, output, at } of roots) walker.walkRoot(output, name, at);
  const topics = roots.map((root) => readTopic(root, walker));
  const channelName = readName({ id, node, declaration }, facts, walker);
  for (const collision of names.collisions()) reportCollision(id, collision, context);

  const doc = docOf(symbol, context.checker);
  const payloads = topics
    .flatMap(({ output, input }) => [output, input])
    .map((name) => ({ kind: "ref", name }));
  return {
    id,
    file: relativePath(context.root, node.getSourceFile().fileName),
    ...(doc === undefined ? {} : { doc }),
    name: channelName,
    topics,
    types: inReadingOrder([channelName, ...payloads], names.defined()),
  };
}

function readRoots({ id, node, declaration }: Owner, { topics }: Facts, context: Context): readonly Root[] {
  const { checker, report } = context;
  const roots = inDeclaredOrder(topics, declaration, checker).flatMap((topic): Root[] => {
    const payloads = payloadsOf(topic, checker);
    if (!payloads) return [];
    const place = nearest(topic, node);
    const name = pascalCase(topic.name);
    if (name === "") {
      const message = `channel "${id}": no type name can be made of its topic "${topic.name}".`;
      report({ code: "CODEGEN_IDENTIFIER", message, fix: "give the topic a letter" }, place);
    }
    const at = { path: `channel "${id}", topic "${topic.name}": data`, node: place, words: topic.name };
    return [{ topic, name, ...payloads, at }];
  });
  if (roots.length === 0) {
    const message = `channel "${id}": its topics aren't known before the program runs.`;
    report(
      {
        code: "CODEGEN_TOPICS",
        message,
        fix: "write them in place; in a helper, keep their types by a type parameter",
      },
      node,
    );
  }
  return roots;
}

/** A topic whose output was read. Its input gets a type of its own only where it differs. */
function readTopic({ topic, name, input, output, at }: Root, walker: Walker): TopicModel {
  const { names, checker } = walker;
  const inputName = `${name}Input`;
  const readInput = () => {
    walker.walkRoot(input, inputName, { ...at, words: `${at.words} input` });
    return !sameType({ kind: "ref", name: inputName }, { kind: "ref", name }, names.defined());
  };
  const differs = input !== output && names.attempt(readInput);
  const doc = docOf(topic, checker);
  return {
    name: topic.name,
    ...(doc === undefined ? {} : { doc }),
    input: differs ? inputName : name,
    output: name,
  };
}

function reportCollision(id: string, { name, first, second }: Collision, { report, root }: Context): void {
  // What stands in a channel and where, without saying again in which.
  const [a, b] = [first, second].map(({ what, node }) => {
    const { file, line } = placeOf(node, root);
    return `${what.replace(/^channel "[^"]*", /, "")} (${file}:${line})`;
  });
  const message = `channel "${id}": ${a} and ${b} would both give the type name "${name}".`;
  report({ code: "CODEGEN_COLLISION", message, fix: "rename one of them" }, second.node);
}
