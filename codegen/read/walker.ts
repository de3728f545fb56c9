/** What walks types, and how it tells where it is. */
import type { ts } from "ts-morph";
import type { TypeModel } from "../model.js";
import type { Context } from "./context.js";
import type { Names } from "./names.js";

/** Where a type was met. */
export interface At {
  /** For messages: `channel "scan", topic "progress": data.items[].at`. */
  readonly path: string;
  readonly node: ts.Node;
  /** What a recursive type without a name of its own would be called here. */
  readonly words: string;
}

/** Walks types. One walker reads one channel. */
export interface Walker extends Context {
  readonly names: Names;
  walk(type: ts.Type, at: At): TypeModel;
  /** The payload of a topic, which is called `name` whatever it is. */
  walkRoot(type: ts.Type, name: string, at: At): void;
}

/** One step further into a type. */
export const below = (at: At, step: string, word: string, node: ts.Node = at.node): At => ({
  path: at.path + step,
  node,
  words: `${at.words} ${word}`,
});
