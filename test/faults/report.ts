/** What a run prints. */
import { describeFault } from "./inject.js";
import type { Outcome } from "./round.js";

const list = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} ${count}`)
    .join(", ") || "none";

/** A round, in a line. */
export function roundLine(outcome: Outcome): string {
  const { plan, published, delivered, reconnects, silent, faults, gaps, violations } = outcome;
  const broken = [...faults.values()].reduce((sum, count) => sum + count, 0);
  return [
    `${violations.length ? "FAILED" : "clean "} ${plan.variant.name.padEnd(20)} seed ${String(plan.seed).padEnd(10)}`,
    `${outcome.seconds.toFixed(0).padStart(3)} s, ${published} published, ${delivered} delivered, ${broken} faults, ${reconnects} reconnects, gaps: ${list(gaps)}`,
    plan.variant.replays ? "" : `, ${silent} lost in flight`,
  ].join(" ");
}

/** At most so many violations are printed of a round. */
const PRINTED = 12;

/** What was wrong with a round, the faults that it had, and how to run it again. */
export function failureText({ plan, violations, said }: Outcome, seconds: number): string {
  const lines = violations
    .slice(0, PRINTED)
    .map(({ kind, at, what }) => `  ${kind.toUpperCase()} at ${at}: ${what}`);
  if (violations.length > PRINTED) lines.push(`  … and ${violations.length - PRINTED} more`);
  return [
    ...lines,
    ...[...said].map(([where, what]) => `  said by ${where}: ${what.slice(0, 400)}`),
    `  history ${plan.history}, ${plan.gateways} gateways, faults:`,
    ...plan.faults.map((fault) => `  ${describeFault(fault)}`),
    `  Again: node test/faults/run.mjs --transport ${plan.variant.name} --seed ${plan.seed} --rounds 1 --seconds ${seconds}`,
  ].join("\n");
}

/** All rounds, by transport and together. */
export function summary(outcomes: readonly Outcome[]): string {
  const sum = (maps: readonly ReadonlyMap<string, number>[]) => {
    const all = new Map<string, number>();
    for (const map of maps) for (const [name, count] of map) all.set(name, (all.get(name) ?? 0) + count);
    return all;
  };
  const total = (pick: (outcome: Outcome) => number, of = outcomes) =>
    of.reduce((all, one) => all + pick(one), 0);
  const names = [...new Set(outcomes.map(({ plan }) => plan.variant.name))];
  const rows = names.map((name) => {
    const of = outcomes.filter(({ plan }) => plan.variant.name === name);
    return [
      name.padEnd(20),
      `${of.length} rounds, ${total((one) => one.published, of)} published,`,
      `${total((one) => one.delivered, of)} delivered, ${total((one) => one.reconnects, of)} reconnects,`,
      `gaps: ${list(sum(of.map(({ gaps }) => gaps)))},`,
      `${total((one) => one.violations.length, of)} violations`,
    ].join(" ");
  });
  return [
    "",
    ...rows,
    "",
    `faults: ${list(sum(outcomes.map(({ faults }) => faults)))}`,
    `publishes that failed: ${list(sum(outcomes.map(({ failures }) => failures)))}`,
    `errors told: ${list(sum(outcomes.map(({ errors }) => errors)))}`,
    `lost in flight without a history: ${total(({ silent }) => silent)}`,
    `${outcomes.length} rounds, ${total(({ published }) => published)} published,`.concat(
      ` ${total(({ delivered }) => delivered)} delivered, ${total(({ violations }) => violations.length)} violations`,
    ),
  ].join("\n");
}
