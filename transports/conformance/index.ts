/** The conformance suite: what a transport claims, proved under any test runner. */
import { aborting } from "./aborting.js";
import type { Capability, ConformanceCase } from "./case.js";
import { closing } from "./closing.js";
import { type CaseOptions, runCase } from "./context.js";
import { delivery } from "./delivery.js";
import { errors } from "./errors.js";
import { gaps } from "./gaps.js";
import { handover } from "./handover.js";
import { isolation } from "./isolation.js";
import { keys } from "./keys.js";
import { lifecycle } from "./lifecycle.js";
import { replay } from "./replay.js";
import { sharing } from "./sharing.js";

export type { Capability, CaseContext, ConformanceCase, Listening } from "./case.js";
export type { CaseOptions, ConformanceSetup } from "./context.js";

/** The cases, by group. */
export const conformanceCases: Readonly<Record<string, readonly ConformanceCase[]>> = {
  lifecycle,
  aborting,
  delivery,
  isolation,
  errors,
  replay,
  gaps,
  handover,
  keys,
  sharing,
  closing,
};

/** What the suite needs of a test runner, and of the transport. */
export interface TransportConformanceOptions extends CaseOptions {
  /** `describe` of vitest, jest, node:test or whatever groups tests. */
  describe(name: string, body: () => void): unknown;
  /** `it` or `test` of the same. */
  it(name: string, body: () => Promise<void>): unknown;
  /** What the transport is called in the report. */
  readonly name: string;
}

/** What a transport that doesn't claim it is without. */
const WITHOUT: Record<Capability, string> = {
  replay: "it keeps no history to resume from",
  keys: "it refuses idempotency keys",
  shared: "other processes don't see its messages",
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
  const { describe, it, name, supports } = options;
  const claims = (capability: Capability) => supports[capability] !== false;

  describe(`${name} conforms to the transport contract`, () => {
    for (const [group, cases] of Object.entries(conformanceCases)) {
      const claimed = cases.filter((one) => runs(one, claims));
      // Some runners take an empty group for a mistake.
      if (claimed.length === 0) continue;
      describe(group, () => {
        for (const one of claimed) it(one.name, () => runCase(one, options));
      });
    }
    const all = Object.values(conformanceCases).flat();
    for (const capability of ["replay", "keys", "shared"] as const) {
      if (claims(capability)) continue;
      const { length } = all.filter(({ needs }) => needs?.includes(capability));
      it(`does not claim: ${capability} (${WITHOUT[capability]}; ${length} cases don't run)`, async () => {});
    }
  });
}

const runs = ({ needs = [], unless }: ConformanceCase, claims: (capability: Capability) => boolean) =>
  needs.every(claims) && !(unless && claims(unless));
