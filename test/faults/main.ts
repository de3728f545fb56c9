/** The fault harness, as a command. See README.md. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Broker, type BrokerKind, lacking, startBroker } from "./brokers.js";
import { makePlan } from "./plan.js";
import { seedOf } from "./random.js";
import { failureText, roundLine, summary } from "./report.js";
import { type Outcome, runRound } from "./round.js";
import { chooseVariants, type Variant } from "./variants.js";

const help = `node test/faults/run.mjs [--transport redis,nats] [--seed 42] [--minutes 2]

  --transport  all (the default), or some of memory, redis, nats, postgres; or one client's, such as redis/ioredis.
  --seed       the first round's. The same seed gives the same plan. Default: one at random, which is printed.
  --minutes    how long, over all transports, in rounds. Default 2.
  --rounds     or how many rounds, instead.
  --seconds    how long a round publishes and breaks things; then it catches up. Default 15.
  --sabotage   with a transport that loses one message in a thousand, to see that it is noticed.
  --verbose    tells each fault as it comes.`;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** A whole number, 1 or more, or a number where `isWhole` is false. */
function number(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new RangeError(`--${name} is ${text}: give a number, ${least} or more.`);
}

/** Leaves a transport out whose broker isn't here, and says so: in CI that is a failure. */
function isInstalled({ name, broker }: Variant): boolean {
  const why = broker && lacking(broker);
  if (why === undefined) return true;
  if (process.env.CI === "true") throw new Error(`${name}: ${why}`);
  print(`SKIPPED ${name}: ${why}`);
  return false;
}

export async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      transport: { type: "string", default: "all" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      minutes: { type: "string", default: "2" },
      rounds: { type: "string" },
      seconds: { type: "string", default: "15" },
      sabotage: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    print(help);
    return 0;
  }
  const chosen = chooseVariants(values.transport).filter(isInstalled);
  if (chosen.length === 0) return 0;
  const seed = number("seed", values.seed, 0);
  const seconds = number("seconds", values.seconds, 1);
  const rounds = values.rounds === undefined ? Number.POSITIVE_INFINITY : number("rounds", values.rounds, 1);
  const end = performance.now() + number("minutes", values.minutes, 0) * 60_000;
  print(`seed ${seed}`);
  // So that what is said at the exit is done.
  for (const [name, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    process.once(name, () => process.exit(code));

  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-faults-"));
  const outcomes: Outcome[] = [];
  /** One of each kind, for all rounds. */
  const brokers = new Map<BrokerKind, Broker>();
  const brokerOf = async ({ broker: kind }: Variant): Promise<Broker | undefined> => {
    if (kind === undefined) return undefined;
    const broker = brokers.get(kind) ?? (await startBroker(kind));
    brokers.set(kind, broker);
    return broker;
  };
  try {
    // Whatever the minutes are, each transport has a round.
    const least = Math.min(rounds, chosen.length);
    for (let i = 0; i < rounds; i++) {
      if (i >= least && values.rounds === undefined && performance.now() > end) break;
      const variant = chosen[i % chosen.length];
      if (!variant) break;
      // The first round's seed is the one that was given, so that it can be run again by itself.
      const plan = makePlan(variant, i === 0 ? seed : seedOf(seed, `round ${i}`), seconds * 1_000);
      const outcome = await runRound(plan, {
        broker: await brokerOf(variant),
        folder: path.join(folder, `round-${i}`),
        prefix: `faults-${plan.seed}-${i}`,
        isSabotaged: values.sabotage,
        log: values.verbose ? (line) => print(`  ${line}`) : undefined,
      });
      outcomes.push(outcome);
      print(roundLine(outcome));
      if (outcome.violations.length > 0) print(failureText(outcome, seconds));
    }
  } finally {
    await Promise.all([...brokers.values()].map((broker) => broker.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
  print(summary(outcomes));
  return outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0;
}
