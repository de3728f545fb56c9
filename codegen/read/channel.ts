/** Reads one channel. */
import type { ts } from "ts-morph";
import { pascalCase } from "../identifier.js";
import type { ChannelModel, TopicModel } from "../model.js";
import { sameType } from "../same-type.js";
import type { Context } from "./context.js";
import { nearest } from "./context.js";
import { docOf } from "./doc.js";
import type { Exported } from "./exports.js";
import { type Facts, payloadsOf } from "./facts.js";
import { readName } from "./name.js";
import { createNames, inReadingOrder, type Origin } from "./names.js";
import { placeOf, relativePath } from "./place.js";
import { type At, createWalker, isObject } from "./walk.js";

interface Root {
  readonly topic: ts.Symbol;
  readonly name: string;
  readonly input: ts.Type;
  readonly output: ts.Type;
  readonly at: At;
}

/** The model of a channel. What can't be read is reported, and stands in the model as a placeholder. */
export function readChannel(
  { symbol, name: id, node }: Exported,
  facts: Facts,
  context: Context,
): ChannelModel {
  const { checker, report } = context;
  // What stands in a channel and where, without saying again in which.
  const within = ({ what, node }: Origin) => {
    const { file, line } = placeOf(node, context.root);
    return `${what.replace(/^channel "[^"]*", /, "")} (${file}:${line})`;
  };
  const typeNames = new Set(facts.topics.map((topic) => pascalCase(topic.name)));
  const names = createNames(id, typeNames, (name, a, b) =>
    report(
      {
        code: "CODEGEN_COLLISION",
        message: `channel "${id}": ${within(a)} and ${within(b)} would both give the type name "${name}".`,
        fix: "rename one of them",
      },
      b.node,
    ),
  );
  const walker = createWalker(context, names);
  const roots = facts.topics.flatMap((topic): Root[] => {
    const payloads = payloadsOf(topic, checker);
    if (!payloads) return [];
    const place = nearest(topic, node, context);
    const name = pascalCase(topic.name);
    if (name === "") report(unnamable(id, topic.name), place);
    const at = { path: `channel "${id}", topic "${topic.name}": data`, node: place, words: topic.name };
    return [{ topic, name, ...payloads, at }];
  });

  // Every topic's own payload gets its name before any is read, so that one can refer to another.
  for (const { name, output, at } of roots) {
    if (isObject(output) && names.of(output) === undefined)
      names.claim(output, name, { what: at.path, node: at.node });
  }
  for (const { name, output, at } of roots) walker.walkRoot(output, name, at);

  const topics = roots.map(({ topic, name, input, output, at }): TopicModel => {
    const inputName = `${name}Input`;
    let differs = false;
    if (input !== output) {
      names.attempt(() => {
        walker.walkRoot(input, inputName, { ...at, words: `${at.words} input` });
        const types = names.defined();
        differs = !sameType({ kind: "ref", name: inputName }, { kind: "ref", name }, types);
        return differs;
      });
    }
    const doc = docOf(topic, checker);
    return {
      name: topic.name,
      ...(doc === undefined ? {} : { doc }),
      input: differs ? inputName : name,
      output: name,
    };
  });

  const doc = docOf(symbol, checker);
  const channelName = readName({ id, node }, facts, walker);
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

const unnamable = (channel: string, topic: string) =>
  ({
    code: "CODEGEN_IDENTIFIER",
    message: `channel "${channel}": no type name can be made of its topic "${topic}".`,
    fix: "give the topic a letter",
  }) as const;
