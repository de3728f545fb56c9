/** Runs the model: random runs, each judged by the oracle. */
import fc from "fast-check";
import type { App } from "../../server/app-types.js";
import { type FakeClock, fakeClock } from "../clock.js";
import { type Run, runs } from "./commands.test-support.js";
import { judge } from "./oracle.test-support.js";
import type { Reach } from "./server.test-support.js";
import { World } from "./world.test-support.js";

const { HALYARD_MODEL_RUNS, HALYARD_MODEL_SEED, HALYARD_MODEL_PATH: PATH } = process.env;
/** Runs of each test; `npm run fuzz -- --help` says how to have more, and how to repeat one. */
const RUNS = Number(HALYARD_MODEL_RUNS ?? 60);
/** A test that is run by itself goes the same way each time; more runs go their own. */
const SEED = HALYARD_MODEL_SEED ?? (HALYARD_MODEL_RUNS ? undefined : 1);

export interface ModelOptions {
  /** How clients reach an app. */
  readonly reach: (app: App) => Reach;
  /** Whether the broker keeps a history. */
  readonly replays?: boolean;
}

/** Fails with the shortest run that it finds, its seed and its path. */
export async function checkModel({ reach, replays = true }: ModelOptions): Promise<void> {
  await fc.assert(
    fc.asyncProperty(runs, async (run) => {
      const problems = await play(run, reach, replays);
      if (problems.length > 0) throw new Error(problems.join("\n"));
    }),
    {
      numRuns: RUNS,
      ...(SEED !== undefined && { seed: Number(SEED) }),
      ...(PATH && { path: PATH }),
    },
  );
}

/** What went wrong in a run. */
export async function play(run: Run, reach: ModelOptions["reach"], replays = true): Promise<string[]> {
  const clock: FakeClock = await fakeClock({ now: Date.UTC(2026, 0, 1) });
  try {
    const world = new World(clock, run, reach, replays);
    for (const { command, settles } of run.steps) {
      await world.do(command);
      if (settles) await clock.advance(0);
    }
    await world.recover();
    const found = world.subscriptions.flatMap(({ account }, i) =>
      judge(account, world.published, !replays).map((problem) => `subscription ${i}: ${problem}`),
    );
    const unanswered = world.subscriptions.flatMap(({ account, errors }, i) =>
      account.isOpen && account.from === undefined
        ? [`subscription ${i}: never answered; last error ${errors.at(-1)}`]
        : [],
    );
    await world.end();
    return [...found, ...unanswered, ...world.problems];
  } finally {
    clock.restore();
  }
}
