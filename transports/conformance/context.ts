/** Makes what a case is given, from what the user gave. */
import { check, same, short, within } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { FILLER, frames } from "./frames.js";
import { Recorder } from "./recorder.js";
import type { CaseOptions, ConformanceSetup, Outage } from "./setup.js";

/** Runs one case on a fresh transport; rejects where it fails. */
export async function runCase(one: ConformanceCase, options: CaseOptions): Promise<void> {
  const setup = await options.factory();
  const outage = endable(setup.outage);
  try {
    await one.run(createContext({ ...setup, outage }, options));
  } catch (error) {
    // What the case found matters more than what closing finds after it.
    await release(setup, outage, options).catch(() => {});
    throw error;
  }
  await release(setup, outage, options);
}

async function release(setup: ConformanceSetup, outage: Outage, { deadline = 4_000 }: CaseOptions) {
  try {
    await outage.end();
    for (const each of [setup.transport, setup.peer]) {
      if (each) await within(each.close(), deadline, () => "close() at the end of the case");
    }
  } finally {
    await setup.cleanup?.();
  }
}

/** An outage that can be ended whether it began or not: a case that fails must not leave the broker away. */
function endable(outage: Outage | undefined): Outage {
  let began = false;
  return {
    async begin() {
      check(outage !== undefined, "Outages are tried (`outages`): the factory must give an outage too.");
      began = true;
      await outage.begin();
    },
    async end() {
      if (began) await outage?.end();
      began = false;
    },
  };
}

const TRIM_BATCH = 500;
const TRIM_BATCHES = 40;

/** Milliseconds between two looks at something that can't be waited for. */
const LOOK = 5;

function createContext(setup: ConformanceSetup & { outage: Outage }, options: CaseOptions): CaseContext {
  const { transport, peer, outage } = setup;
  const { supports, trim, resources, rounds = 1_000, deadline = 4_000, recovery = 3 * deadline } = options;
  check(!supports.shared || peer !== undefined, "supports.shared is true: the factory must give a peer too.");
  const prefix = `conformance-${crypto.randomUUID()}`;
  const soon = <T>(promise: Promise<T>, what: string) => within(promise, deadline, () => what);

  const context: CaseContext = {
    transport,
    peer: peer ?? transport,
    supports,
    rounds,
    outage,
    soon,
    resources: () => resources?.(transport),
    channel: (label = "") => prefix + label,
    recorder: () => new Recorder(deadline),

    async released(before, when) {
      const now = () => context.resources() ?? 0;
      const most = before ?? 0;
      await poll(
        deadline,
        () => `resources() to return to ${most} ${when}: it gives ${now()}`,
        () => now() <= most,
      );
    },

    recovers: (what, condition) => poll(recovery, () => what, condition),

    async transaction(via = transport) {
      check(
        setup.transaction !== undefined,
        "supports.transactions is true: the factory must give transaction() too.",
      );
      return soon(setup.transaction(via), "a transaction to begin");
    },

    async listen(channel, at = {}, via = transport) {
      const sink = context.recorder();
      const subscription = await soon(via.subscribe(channel, at, sink), "subscribe to resolve");
      return { sink, subscription };
    },

    async publish(channel, batch, via = transport) {
      const results = await soon(via.publish(channel, batch), "publish to resolve");
      same(results.length, batch.length, "The number of results of a publish");
      return results;
    },

    async send(channel, batch, via = transport) {
      const results = await context.publish(channel, batch, via);
      return results.map((result) => {
        check("id" in result, `A frame was refused: ${"error" in result && result.error}`);
        check(typeof result.id === "string" && result.id !== "", `An id is ${short(result.id)}.`);
        return result.id;
      });
    },

    history(channel, query = {}) {
      check(transport.history !== undefined, "It claims replay, but has no history().");
      return soon(transport.history(channel, { limit: 1_000, ...query }), "history to resolve");
    },

    async trimPast(channel, position) {
      for (let i = 0; i <= TRIM_BATCHES; i++) {
        const { gap } = await context.history(channel, { after: position, limit: 1 });
        if (gap) return;
        if (i === TRIM_BATCHES) break;
        if (trim) await trim(transport, channel);
        else await context.send(channel, frames(TRIM_BATCH, `${FILLER} ${i}`));
      }
      const tried = trim
        ? `trim() was called ${TRIM_BATCHES} times`
        : `${TRIM_BATCH * TRIM_BATCHES} messages followed (if the history is longer, give the suite trim())`;
      throw new Error(`No gap appears after ${position}, though ${tried}.`);
    },
  };
  return context;
}

/** Asks until the answer is yes; rejects where that takes longer than `milliseconds`. */
async function poll(milliseconds: number, what: () => string, condition: () => boolean | Promise<boolean>) {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Waited ${milliseconds} ms for ${what()}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}
