/** The other side of `evaluate.ts`, in a thread: loads modules and asks the schemas of their channels. */

import { parentPort } from "node:worker_threads";
import { reasonOf } from "../errors.js";
import { askVendor } from "./vendor.js";

/** A channel to evaluate. */
export interface Asked {
  readonly id: string;
  /** The module that exports it, absolute. */
  readonly file: string;
  readonly topics: readonly string[];
}

/** What a topic's schema says of itself. */
export interface TopicAnswer {
  readonly vendor: string;
  readonly input?: object;
  readonly output?: object;
  /** Why it says less than one could hope for; without it, nothing is amiss. */
  readonly why?: string;
  readonly fix?: string;
}

export type Evaluated =
  | { readonly topics: Readonly<Record<string, TopicAnswer>> }
  /** Why the channel wasn't found. */
  | { readonly why: string };

interface Jiti {
  import(file: string): Promise<unknown>;
}
type CreateJiti = (file: string, options: object) => Jiti;

/** Answers for each channel, in their order. */
export async function evaluate(createJiti: CreateJiti, asked: readonly Asked[]): Promise<void> {
  for (const one of asked) parentPort?.postMessage(await evaluateOne(createJiti, one));
}

async function evaluateOne(createJiti: CreateJiti, { id, file, topics }: Asked): Promise<Evaluated> {
  try {
    const jiti = createJiti(file, { interopDefault: false, tsconfigPaths: true, jsx: true });
    const schemas = schemasOf(await jiti.import(file), id);
    if (!schemas) return { why: `it exports no channel "${id}"` };
    const answers: [string, TopicAnswer][] = [];
    for (const topic of topics) {
      answers.push([topic, await askVendor(schemas.get(topic), (name) => jiti.import(name))]);
    }
    return { topics: Object.fromEntries(answers) };
  } catch (error) {
    return { why: `it threw: ${reasonOf(error)}` };
  }
}

/** The schemas of a channel, or of a definition that has yet to be called. */
function schemasOf(module: unknown, id: string): ReadonlyMap<string, unknown> | undefined {
  const member = (object: unknown, key: string): unknown => Reflect.get(Object(object), key);
  // What isn't exported on its own is in a registry, under its key.
  const registered = Object.values(Object(module)).map((value) => member(member(value, "channels"), id));
  const named = [member(module, id), ...registered, member(module, "default")];
  const schemas = named
    .map((channel) => member(channel, "~def") ?? member(channel, "~channel"))
    .find(Boolean);
  // A Map of another realm, or of another copy of the package, is one too.
  return Object.prototype.toString.call(schemas) === "[object Map]"
    ? (schemas as ReadonlyMap<string, unknown>)
    : undefined;
}
