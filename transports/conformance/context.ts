/** Makes what a case is given, from what the user gave. */
import type { Supports, Transport } from "../../src/transport.js";
import { check, same, short, within } from "./assert.js";
import type { CaseContext, ConformanceCase } from "./case.js";
import { frames } from "./frames.js";
import { Recorder } from "./recorder.js";

/** What the factory makes, afresh for every case. */
export interface ConformanceSetup {
  readonly transport: Transport;
  /** A second instance on the same broker. Needed where `supports.shared`. */
  readonly peer?: Transport;
  /** Called when the case has ended and the transports are closed: for clients that the factory opened. */
  cleanup?(): Promise<void> | void;
}

/** What a case needs to run. */
export interface CaseOptions {
  /** What the transport claims: `transport.supports`. It alone decides which cases run. */
  readonly supports: Supports;
  /** Makes a transport for one case. Channel names are random, so a broker needs no flush. */
  factory(): Promise<ConformanceSetup> | ConformanceSetup;
  /**
   * Makes the transport drop the oldest messages of a channel; called until they are gone. Default: the suite publishes
   * small messages until a gap appears, at most 20,000. Give this where the history is longer, or bounded by age alone.
   */
  trim?: ((transport: Transport, channel: string) => Promise<void>) | undefined;
  /** Counts what a transport holds per subscription (listeners, timers, sockets); must return to its start. */
  resources?: ((transport: Transport) => number) | undefined;
  /** How often a race between replay and live is tried. Default 1,000. */
  readonly rounds?: number | undefined;
  /** Milliseconds that anything may take. Default 4,000: less than most runners give a test. */
  readonly deadline?: number | undefined;
}

/** Runs one case on a fresh transport; rejects where it fails. */
export async function runCase(one: ConformanceCase, options: CaseOptions): Promise<void> {
  const setup = await options.factory();
  try {
    await one.run(createContext(setup, options));
  } catch (error) {
    // What the case found matters more than what closing finds after it.
    await release(setup, options).catch(() => {});
    throw error;
  }
  await release(setup, options);
}

async function release(setup: ConformanceSetup, { deadline = 4_000 }: CaseOptions) {
  try {
    for (const each of [setup.transport, setup.peer]) {
      if (each) await within(each.close(), deadline, () => "close() at the end of the case");
    }
  } finally {
    await setup.cleanup?.();
  }
}

const TRIM_BATCH = 500;
const TRIM_BATCHES = 40;

function createContext(setup: ConformanceSetup, options: CaseOptions): CaseContext {
  const { transport, peer } = setup;
  const { supports, trim, resources, rounds = 1_000, deadline = 4_000 } = options;
  check(!supports.shared || peer !== undefined, "supports.shared is true: the factory must give a peer too.");
  const prefix = `conformance-${crypto.randomUUID()}`;
  const soon = <T>(promise: Promise<T>, what: string) => within(promise, deadline, () => what);

  const context: CaseContext = {
    transport,
    peer: peer ?? transport,
    supports,
    rounds,
    soon,
    resources: () => resources?.(transport),
    channel: (label = "") => prefix + label,
    recorder: () => new Recorder(deadline),

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
        else await context.send(channel, frames(TRIM_BATCH, `filler ${i}`));
      }
      const tried = trim
        ? `trim() was called ${TRIM_BATCHES} times`
        : `${TRIM_BATCH * TRIM_BATCHES} messages followed (if the history is longer, give the suite trim())`;
      throw new Error(`No gap appears after ${position}, though ${tried}.`);
    },
  };
  return context;
}
