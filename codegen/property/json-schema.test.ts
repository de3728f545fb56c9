import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode, snapshot } from "../../src/codec.js";
import type { JsonSchemaTarget } from "../emit/json-schema/schema.js";
import { jsonSchema } from "../emit/json-schema.js";
import { MARK } from "../header.js";
import { type ChannelModel, MODEL_VERSION } from "../model.js";
import { channels, isPlainForm } from "./json-schema.test-support.js";

const seed = 6;
/** What it would refuse beside what is wrong: tuples with optional places. */
const strict = { strict: true, strictTuples: false, ownProperties: true };
const targets: readonly JsonSchemaTarget[] = ["draft-2020-12", "draft-07"];

/** What checks a message of the channel, by its schema as it is written. */
async function checkerOf(channel: ChannelModel, target: JsonSchemaTarget) {
  const context = {
    ...{ out: "/schemas/", root: "/", mark: MARK, placeOf: () => undefined },
    report: () => expect.unreachable(),
    warn: () => expect.unreachable(),
  };
  const emitted = await jsonSchema({ target }).emit(
    { version: MODEL_VERSION, channels: [channel], registries: [] },
    context,
  );
  const [{ text = "" } = {}] = typeof emitted === "string" ? [] : emitted;
  // It also checks the schema by the draft's own.
  const ajv = target === "draft-07" ? new Ajv(strict) : new Ajv2020(strict);
  formats.default(ajv);
  return ajv.compile(JSON.parse(text));
}

/** A message as a reader of the wire meets it. */
const message = (data: unknown): unknown =>
  JSON.parse(JSON.stringify({ topic: "sent", data, createdAt: 1_763_760_000_012 }));

/** What else might stand somewhere. */
const stranger = fc.constantFrom<unknown>(
  null,
  true,
  0,
  -1.5,
  "",
  "it's",
  "12",
  [],
  [null],
  [[1]],
  {},
  { a: 1 },
  { 3: {} },
);

/** The same with one place changed: another value there, a member or an element taken away, or one more. */
function mutate(data: unknown, steps: readonly number[], other: unknown): unknown {
  const [step = 0, ...deeper] = steps;
  if (typeof data !== "object" || data === null || deeper.length === 0) return other;
  if (Array.isArray(data)) {
    const at = step % (data.length + 1);
    if (at === data.length) return step % 2 ? [...data, other] : data.slice(1);
    return data.with(at, mutate(data[at], deeper, other));
  }
  const entries = Object.entries(data);
  const at = step % (entries.length + 1);
  const [name = "a", value] = entries[at] ?? [];
  if (at === entries.length) return Object.fromEntries([...entries, [name, other]]);
  if (step % 3 === 0) return Object.fromEntries(entries.toSpliced(at, 1));
  return Object.fromEntries(entries.with(at, [name, mutate(value, deeper, other)]));
}

describe.each(targets)("%s", (target) => {
  test("what the codec makes of a payload is accepted", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(channels, fc.gen(), async ({ channel, values }, gen) => {
        const check = await checkerOf(channel, target);
        for (let i = 0; i < 5; i++) {
          const { data } = encode(
            snapshot(
              gen(() => values),
              "data",
            ),
          );
          const sent = message(data);
          expect(check(sent), JSON.stringify([sent, check.errors])).toBe(true);
        }
      }),
      { seed, numRuns: 150, endOnFailure: true },
    );
  });

  test("what no payload becomes is refused", { timeout: 120_000 }, async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(channels, fc.gen(), async ({ channel, values }, gen) => {
        const check = await checkerOf(channel, target);
        for (let i = 0; i < 10; i++) {
          const { data } = encode(
            snapshot(
              gen(() => values),
              "data",
            ),
          );
          const steps = gen(() => fc.array(fc.nat(11), { minLength: 1, maxLength: 5 }));
          const plain = data === undefined ? undefined : JSON.parse(JSON.stringify(data));
          const changed = mutate(
            plain,
            steps,
            gen(() => stranger),
          );
          if (isPlainForm(channel, changed)) continue;
          refused++;
          expect(check(message(changed)), JSON.stringify(changed)).toBe(false);
        }
      }),
      { seed, numRuns: 150, endOnFailure: true },
    );
    expect(refused).toBeGreaterThan(300);
  });
});
