// @ts-check
/** Figures of several rounds, and what a process has used of the processor. */
import { readdirSync, readFileSync } from "node:fs";

/** @param {readonly number[]} values @param {number} part Such as 0.99. */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 0.5);

/** The processor's time of this process, in µs. */
export function ownCpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Linux counts in hundredths of a second. */
const TICK = 10_000;

/**
 * The processor's time of a server and of the processes it started, in µs; `undefined` where there is no /proc.
 *
 * @param {number} pid
 * @returns {number | undefined}
 */
export function cpuOf(pid) {
  try {
    const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const stats = new Map(all.flatMap((name) => statOf(Number(name))));
    const own = stats.get(pid);
    if (!own) return undefined;
    const children = [...stats.values()].filter(({ parent }) => parent === pid);
    // Of children that have ended, the parent keeps the sum.
    return own.ended + [own, ...children].reduce((sum, { used }) => sum + used, 0);
  } catch {
    return undefined;
  }
}

/** @param {number} pid @returns {[number, { parent: number, used: number, ended: number }][]} */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The program's name, in parentheses, may hold spaces.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const at = (/** @type {number} */ index) => Number(fields[index]);
    const [used, ended] = [(at(11) + at(12)) * TICK, (at(13) + at(14)) * TICK];
    return [[pid, { parent: at(1), used, ended }]];
  } catch {
    return []; // It has ended meanwhile.
  }
}
