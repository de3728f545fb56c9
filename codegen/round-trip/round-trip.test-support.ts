/** Publishes by what a project declares, receives by what was generated from it, and compares. */
import fc from "fast-check";
import { expect } from "vitest";
import type { ChannelModel, Model, NamedType, TopicModel, TypeModel } from "../model.js";
import { fits } from "../property/fit.test-support.js";
import { sameValue } from "../property/same.test-support.js";
import { valuesOf } from "../property/values.test-support.js";
import type { Exports, Loaded, Samples } from "./bundle.test-support.js";

interface Ref {
  readonly "~schema": {
    readonly "~standard": {
      validate(value: unknown): Result | Promise<Result>;
    };
  };
}
type Result = { readonly issues?: readonly unknown[] | undefined; readonly value?: unknown };

/** A channel as it is when its type isn't known. */
type Channel = { readonly name: string; readonly topics: readonly string[] } & Readonly<Record<string, Ref>>;

interface Definition {
  (...params: readonly unknown[]): Channel;
  readonly topics: readonly string[];
  readonly pattern?: string;
  parse(name: string): unknown;
  match(name: string): boolean;
}

type Subscribe = (options: object) => Promise<AsyncIterable<{ topic: string; data: unknown }> & Closeable>;
type Publish = (options: object) => Promise<unknown>;
type Closeable = { close(): unknown };

export interface RoundTripOptions {
  /** The same seed gives the same values. */
  readonly seed: number;
  /** Values of each topic. */
  readonly values: number;
  /** Whether each topic whose type has values needs one that can be published. Default: true. */
  readonly isStrict?: boolean;
}

/** What was done, so that a test can tell that it was. */
export interface Tally {
  /** Topics whose type has no values, as `channel.topic`. */
  readonly empty: readonly string[];
  readonly published: number;
}

/** Throws where the two ends differ, or where nothing is known to publish. */
export async function roundTrip(
  { channels }: Model,
  { sources, generated, samples, testPair }: Loaded,
  options: RoundTripOptions,
): Promise<Tally> {
  const empty: string[] = [];
  let published = 0;
  const { app, client, close } = testPair();
  try {
    for (const model of channels) {
      const source = sourceOf(model, sources[model.file] ?? {});
      const [channel, params] = callBoth(model, source, generated[model.id], options);
      const sent: { topic: string; data: unknown }[] = [];
      const subscribe = bindingOf("subscribe", model, generated) as Subscribe;
      const publish = bindingOf("publish", model, generated) as Publish;
      const called = params === undefined ? {} : { params };
      const subscription = await subscribe({
        client,
        token: () => app.token({ channel } as never),
        ...called,
      });
      for (const topic of model.topics) {
        const input = typeOf(model, topic.input);
        const ref = channel[topic.name] as Ref;
        const values = await valuesFor(model, topic, ref, samples, options);
        if (values === undefined) {
          empty.push(`${model.id}.${topic.name}`);
          continue;
        }
        const before = published;
        for (const { given, expected, isSample } of values) {
          if (!fits(given, input, model.types)) fail(model, topic, "isn't of its input's type", given);
          try {
            await app.publish(ref as never, given as never);
          } catch (error) {
            // A transform may give an invalid date, which no type tells.
            if (isSample || Object(error).code !== "UNSUPPORTED_VALUE") throw error;
            continue;
          }
          // The bindings have no validator: by them, a server sends what a subscriber gets.
          await publish({ app, ...called, topic: topic.name, data: expected });
          const message = { topic: topic.name, data: expected };
          sent.push(message, message);
          published++;
        }
        if (published === before && options.isStrict !== false)
          throw new Error(`${model.id}.${topic.name}: no value could travel: put some into samples.ts`);
      }
      await receive(model, subscription, sent);
    }
  } finally {
    await close();
  }
  return { empty, published };
}

async function receive(
  model: ChannelModel,
  subscription: AsyncIterable<{ topic: string; data: unknown }> & Closeable,
  sent: readonly { topic: string; data: unknown }[],
): Promise<void> {
  let next = 0;
  if (next === sent.length) return void subscription.close();
  for await (const { topic, data } of subscription) {
    const wanted = sent[next++];
    const declared = model.topics.find(({ name }) => name === topic) as TopicModel;
    if (topic !== wanted?.topic || !sameValue(data, wanted.data))
      fail(model, declared, `arrived in the place of ${wanted?.topic} ${fc.stringify(wanted?.data)}`, data);
    if (!fits(data, typeOf(model, declared.output), model.types))
      fail(model, declared, "isn't of the type that a subscriber is promised", data);
    if (next === sent.length) break;
  }
  expect(next).toBe(sent.length);
}

/** Payloads that the schema takes, with what it makes of them; `undefined` where its type has none. */
async function valuesFor(
  model: ChannelModel,
  topic: TopicModel,
  ref: Ref,
  samples: Samples,
  { seed, values, isStrict = true }: RoundTripOptions,
) {
  const own = samples[model.id]?.[topic.name] ?? [];
  const arbitrary = valuesOf(typeOf(model, topic.input), model.types);
  const random = arbitrary ? fc.sample(arbitrary, { seed, numRuns: values * 10 }) : [];
  const taken: { given: unknown; expected: unknown; isSample: boolean }[] = [];
  for (const given of own) {
    const { issues, value } = await ref["~schema"]["~standard"].validate(given);
    if (issues) fail(model, topic, "is a sample that the schema refuses", given);
    taken.push({ given, expected: value, isSample: true });
  }
  for (const given of random) {
    if (taken.length >= own.length + values) break;
    // A schema may throw at what it never expected.
    const result = await attempt(() => ref["~schema"]["~standard"].validate(given));
    if (result && !result.issues) taken.push({ given, expected: result.value, isSample: false });
  }
  if (taken.length > 0) return taken;
  if (!arbitrary || !isStrict) return undefined;
  throw new Error(
    `${model.id}.${topic.name}: the schema takes none of ${random.length} values of its input's type: put some into samples.ts`,
  );
}

async function attempt<T>(run: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch {
    return undefined;
  }
}

/** Both ends' channels have one name, and it reads back. Gives the source's, and what the generated one was called with. */
function callBoth(
  model: ChannelModel,
  source: unknown,
  generated: unknown,
  { seed }: RoundTripOptions,
): [channel: Channel, params: unknown] {
  if (model.name.kind === "literal") {
    expect(Object(generated).name).toBe(Object(source).name);
    expect(Object(generated).topics).toEqual(Object(source).topics);
    return [source as Channel, undefined];
  }
  const [from, to] = [source, generated] as [Definition, Definition];
  expect(to.topics).toEqual(from.topics);
  expect(to.pattern).toBe(from.pattern);
  const { name } = model;
  const spread = name.kind === "function" && (name.params.length !== 1 || name.params[0]?.optional);
  const arbitrary = valuesOf(argumentsOf(model), model.types);
  if (!arbitrary) throw new Error(`${model.id}: its params have no values`);
  let last: [Channel, unknown] | undefined;
  for (const args of fc.sample(arbitrary, { seed, numRuns: 60 }) as unknown[][]) {
    const [a, b] = [from, to].map((definition) => outcome(() => definition(...args)));
    // What the schema of the params refuses beyond their types, the bindings can't know.
    if (a?.code === "INVALID_PARAMS") continue;
    expect({ args, code: b?.code, name: b?.value?.name }).toEqual({
      args,
      code: a?.code,
      name: a?.value?.name,
    });
    if (!a?.value || !b?.value) continue;
    expect(b.value.topics).toEqual(a.value.topics);
    last = [a.value, spread ? args : args[0]];
    if (name.kind !== "pattern") continue;
    expect(to.match(a.value.name)).toBe(true);
    expect(to.parse(a.value.name)).toEqual(from.parse(a.value.name));
    expect(to.parse(a.value.name)).toEqual(withoutMinusZero(args[0]));
  }
  if (!last) throw new Error(`${model.id}: no params gave a name`);
  return [last[0], name.kind === "function" && name.params.length === 0 ? undefined : last[1]];
}

/** The text of -0 is "0". */
const withoutMinusZero = (params: unknown) =>
  Object.fromEntries(
    Object.entries(Object(params)).map(([key, value]) => [key, Object.is(value, -0) ? 0 : value]),
  );

/** What a definition is called with, as a type. */
function argumentsOf({ name }: ChannelModel): TypeModel {
  if (name.kind === "function") return { kind: "tuple", elements: name.params };
  if (name.kind === "literal") return { kind: "tuple", elements: [] };
  const string: TypeModel = { kind: "primitive", name: "string" };
  const properties = name.values ?? name.params.map((param) => ({ name: param, type: string }));
  return { kind: "tuple", elements: [{ type: { kind: "object", properties } }] };
}

function outcome(call: () => Channel): { value?: Channel; code?: unknown } {
  try {
    return { value: call() };
  } catch (error) {
    const code = Object(error).code;
    if (code === undefined) throw error;
    return { code };
  }
}

/** By its export; by default; or, of a registry, by its key there. */
function sourceOf({ id, file }: ChannelModel, module: Exports): unknown {
  const registries = Object.values(module).map((value) => Object(Object(value).channels));
  const found = module[id] ?? module.default ?? registries.map((channels) => channels[id]).find(Boolean);
  if (found === undefined) throw new Error(`${file} has no channel ${id}`);
  return found;
}

/** `subscribeX` or `publishX`, where X is made of the channel's export. */
function bindingOf(prefix: string, { id }: ChannelModel, generated: Exports): unknown {
  const plain = id.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  const name = Object.keys(generated).find((name) => name.toLowerCase() === `${prefix}${plain}`);
  return name && generated[name];
}

const typeOf = ({ types }: ChannelModel, name: string): TypeModel =>
  (types.find((type) => type.name === name) as NamedType).type;

function fail({ id }: ChannelModel, { name }: TopicModel, what: string, value: unknown): never {
  throw new Error(`${id}.${name}: this ${what}: ${fc.stringify(value)}`);
}
