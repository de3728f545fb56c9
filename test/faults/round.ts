/** One round: the plan happens, then all is mended, everybody catches up, and the oracle is asked. */
import { describeFault, inject } from "./inject.js";
import { judgeCalls, type Violation } from "./ledger.js";
import { judge } from "./oracle.js";
import { judgeLossy } from "./oracle-lossy.js";
import { type Plan, type PlannedMessage, topics } from "./plan.js";
import { type Scene, type SceneOptions, setScene } from "./scene.js";

/** How a round went. */
export interface Outcome {
  readonly plan: Plan;
  /** How long it took, in seconds. */
  readonly seconds: number;
  readonly violations: readonly Violation[];
  /** Messages that were acknowledged, and how many came, over all subscriptions. */
  readonly published: number;
  readonly delivered: number;
  /** How often publishing failed, by code. */
  readonly failures: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<string, number>;
  readonly gaps: ReadonlyMap<string, number>;
  /** Connections that clients lost. */
  readonly reconnects: number;
  /** Where there is no history: losses in flight, which nobody could tell of. */
  readonly silent: number;
  /** What `onError` was told, at processes and at clients, by code. */
  readonly errors: ReadonlyMap<string, number>;
  /** The last of what processes' `onError` was told, by process and code. */
  readonly said: ReadonlyMap<string, string>;
}

export interface RoundOptions extends SceneOptions {
  /** Is told what happens, a line each. */
  readonly log?: ((line: string) => void) | undefined;
  /** How long everybody may take to catch up once all is mended, in milliseconds. Default 120,000. */
  readonly patience?: number | undefined;
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Waits for a condition. Gives whether it came in time. */
async function until(condition: () => boolean, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) return false;
    await sleep(20);
  }
  return true;
}

export async function runRound(plan: Plan, options: RoundOptions): Promise<Outcome> {
  const { patience = 120_000 } = options;
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1_000;
  const log = (line: string) => options.log?.(`${passed().toFixed(1).padStart(5)}  ${line}`);
  const scene = await setScene(plan, options);
  try {
    log("Everybody is there.");
    await happen(scene, log);
    const stuck = await catchUp(scene, patience, log);
    log("Everybody has caught up.");
    await scene.close();
    log("All is closed.");
    return outcome(scene, stuck, passed());
  } finally {
    await scene.close();
  }
}

/** Everything that the plan says, at its time; and all is mended again. */
async function happen(scene: Scene, log: (line: string) => void): Promise<void> {
  const { plan, subscribers, publishing, problems } = scene;
  const opening: Promise<void>[] = [];
  const mending: Promise<void>[] = [];
  const broken = (what: string) => (error: unknown) => {
    problems.push({ kind: "stuck", at: what, what: String((error as Error)?.message ?? error) });
  };
  const open = (subscription: Plan["subscriptions"][number]) =>
    opening.push(subscribers.open(subscription).catch(broken(subscription.name)));

  for (const subscription of plan.subscriptions) if (subscription.at === 0) open(subscription);
  await Promise.all(opening);

  const start = performance.now();
  const events = [
    ...plan.subscriptions
      .filter(({ at }) => at > 0)
      .map((one) => ({ at: one.at, run: () => void open(one) })),
    ...plan.bursts.map(({ at, publisher, messages }) => ({
      at,
      run: () => publishing.publish(publisher, messages),
    })),
    ...plan.faults.map((fault) => ({
      at: fault.at,
      run: () => {
        log(describeFault(fault));
        const mend = async () => {
          const whole = await inject(fault, scene);
          await sleep(fault.length);
          await whole();
        };
        mending.push(mend().catch(broken(fault.kind)));
      },
    })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, run } of events) {
    const wait = at - (performance.now() - start);
    if (wait > 0) await sleep(wait);
    run();
  }
  await Promise.all(mending);
  for (const line of [...scene.clientLines, ...scene.brokerLines]) line.heal();
  log("All is mended.");
  await Promise.all(opening);
}

/**
 * Waits until nothing is uncertain any more; then publishes a last message to every topic, until each subscription has
 * what it is owed of these. Gives what didn't happen in time.
 */
async function catchUp(
  scene: Scene,
  patience: number,
  log: (line: string) => void,
): Promise<string | undefined> {
  const { plan, publishing, subscribers } = scene;
  const end = performance.now() + patience;
  if (!(await until(() => publishing.unsettled === 0, patience)))
    return `${publishing.unsettled} calls of publish didn't settle`;
  log("Nothing waits to be published.");
  let n = 1_000_000;
  for (;;) {
    const last = Array.from({ length: plan.channels }, (_, channel) =>
      topics.map((topic): PlannedMessage => {
        n++;
        return { n, channel, topic, key: undefined, size: 0, isRetried: true, isTwin: false };
      }),
    );
    publishing.publish(0, last.flat());
    const isCaughtUp = () =>
      publishing.unsettled === 0 &&
      subscribers.all.every(({ planned, has }) =>
        (last[planned.channel] ?? []).every(({ topic, n }) => !planned.topics.includes(topic) || has(n)),
      );
    const left = end - performance.now();
    if (await until(isCaughtUp, Math.min(left, 10_000))) return undefined;
    if (left <= 0) {
      const behind = subscribers.all.filter(({ planned, has }) =>
        (last[planned.channel] ?? []).some(({ topic, n }) => planned.topics.includes(topic) && !has(n)),
      );
      return `never caught up: ${behind.map(({ planned }) => planned.name).join(", ")}`;
    }
  }
}

function count(into: Map<string, number>, name: string, times = 1): void {
  into.set(name, (into.get(name) ?? 0) + times);
}

function outcome(scene: Scene, stuck: string | undefined, seconds: number): Outcome {
  const { plan, ledger, publishing, subscribers, problems } = scene;
  const violations = [...problems, ...publishing.problems, ...ledger.problems, ...judgeCalls(ledger)];
  if (stuck !== undefined) violations.push({ kind: "stuck", at: "the end", what: stuck });
  const gaps = new Map<string, number>();
  const faults = new Map<string, number>();
  const errors = new Map<string, number>();
  for (const fault of plan.faults) count(faults, fault.kind);
  for (const map of [scene.errors, subscribers.errors])
    for (const [code, times] of map) count(errors, code, times);
  let delivered = 0;
  let reconnects = 0;
  let silent = 0;
  for (const { account, losses, planned } of subscribers.all) {
    reconnects += losses;
    if (!account) {
      violations.push({ kind: "stuck", at: planned.name, what: "it never was subscribed" });
      continue;
    }
    for (const one of account.told) {
      if (one.type === "message") delivered++;
      if (one.type === "gap") count(gaps, one.reason);
    }
    if (plan.variant.replays) violations.push(...judge(account, ledger));
    else {
      const verdict = judgeLossy(account, ledger);
      violations.push(...verdict.problems);
      silent += verdict.silent;
    }
  }
  const counts = { published: ledger.acknowledged, delivered, reconnects, silent };
  return {
    plan,
    seconds,
    violations,
    ...counts,
    failures: publishing.failures,
    faults,
    gaps,
    errors,
    said: scene.said,
  };
}
