/** The conformance suite: what a transport claims, proved under any test runner. */
import { aborting } from "./aborting.js";
import type { Capability, ConformanceCase } from "./case.js";
import { clock } from "./clock.js";
import { closing } from "./closing.js";
import { runCase } from "./context.js";
import { delivery } from "./delivery.js";
import { errors } from "./errors.js";
import { gaps } from "./gaps.js";
import { handover } from "./handover.js";
import { isolation } from "./isolation.js";
import { keys } from "./keys.js";
import { leaving } from "./leaving.js";
import { lifecycle } from "./lifecycle.js";
import { outages } from "./outages.js";
import { replay } from "./replay.js";
import { returning } from "./returning.js";
import type { CaseOptions } from "./setup.js";
import { sharing } from "./sharing.js";
import { sinks } from "./sinks.js";
import { sizes } from "./sizes.js";
import { transactions } from "./transactions.js";

export type { Capability, CaseContext, ConformanceCase, Listening } from "./case.js";
export type { CaseOptions, ConformanceSetup, Outage, Transaction } from "./setup.js";

/** The cases, by group. */
export const conformanceCases: Readonly<Record<string, readonly ConformanceCase[]>> = {
  lifecycle,
  leaving,
  aborting,
  delivery,
  sizes,
  sinks,
  isolation,
  errors,
  replay,
  gaps,
  handover,
  keys,
  clock,
  sharing,
  transactions,
  closing,
  outages,
  returning,
};

/** What the suite needs of a test runner, and of the transport. */
export interface TransportConformanceOptions extends CaseOptions {
  /** `describe` of vitest, jest, node:test or whatever groups tests. */
  describe(name: string, body: () => void): unknown;
  /** `it` or `test` of the same. `timeout` is in milliseconds; a runner that takes none there ignores it. */
  it(name: string, body: () => Promise<void>, timeout: number): unknown;
  /** What the transport is called in the report. */
  readonly name: string;
  /** Milliseconds that the runner gives a case, which waits for many things. Default: 60 deadlines. */
  readonly timeout?: number | undefined;
}

/** What a transport that doesn't claim it is without. */
const WITHOUT: Record<Capability, string> = {
  replay: "it keeps no history to resume from",
  keys: "it refuses idempotency keys",
  shared: "other processes don't see its messages",
  transactions: "it can't be part of a transaction of the caller's",
};

/**
 * Runs the suite against a transport. Each case gets a fresh one from `factory`. What `supports` doesn't claim is listed
 * as a case of its own, and passes.
 *
 * @example
 * ```ts
 * import { transportConformance } from "halyard/testing";
 * import { describe, it } from "vitest";
 *
 * transportConformance({
 *   describe,
 *   it,
 *   name: "memory",
 *   supports: memory().supports,
 *   factory: () => ({ transport: memory() }),
 * });
 * ```
 */
export function transportConformance(options: TransportConformanceOptions): void {
  const { describe, it, name, supports, deadline = 4_000, timeout = 60 * deadline } = options;
  const { outages: triesOutages = supports.shared } = options;
  const claims = (need: Need) => (need === "outage" ? triesOutages : isClaimed(supports[need]));
  const all = Object.values(conformanceCases).flat();
  const without = (need: Need) => all.filter(({ needs }) => needs?.includes(need)).length;

  describe(`${name} conforms to the transport contract`, () => {
    for (const [group, cases] of Object.entries(conformanceCases)) {
      const claimed = cases.filter((one) => runs(one, claims));
      // Some runners take an empty group for a mistake.
      if (claimed.length === 0) continue;
      describe(group, () => {
        for (const one of claimed) it(one.name, () => runCase(one, options), timeout);
      });
    }
    const list = (what: string, why: string, need: Need) =>
      it(`${what}: ${need} (${why}; ${without(need)} cases don't run)`, async () => {}, timeout);
    for (const capability of CAPABILITIES) {
      if (!claims(capability)) list("does not claim", WITHOUT[capability], capability);
    }
    if (!triesOutages) list("does not try", "there is no broker that could go away", "outage");
  });
}

type Need = Capability | "outage";

const CAPABILITIES = Object.keys(WITHOUT) as Capability[];

const isClaimed = (claim: number | boolean | undefined) => claim !== undefined && claim !== false;

const runs = ({ needs = [], unless }: ConformanceCase, claims: (need: Need) => boolean) =>
  needs.every(claims) && !(unless && claims(unless));
