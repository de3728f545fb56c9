// @ts-check
/** Measuring, the same for every contestant: warm up, take the best of some rounds, print ratios. */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {() => Promise<{ round: (messages: number) => Promise<void>, stop: () => Promise<void> | void }>} start
 *   `round` publishes so many messages, and resolves when every subscriber has them all.
 */

/**
 * Runs the contestants in turns, so that a busy machine slows all of them. Gives messages per second, the best of the rounds.
 *
 * @param {readonly Contestant[]} contestants
 * @param {{ messages: number, rounds?: number }} options
 */
export async function measure(contestants, { messages, rounds = 5 }) {
  /** @type {Map<string, number>} */
  const best = new Map();
  const started = [];
  for (const contestant of contestants) started.push({ ...contestant, ...(await contestant.start()) });
  for (const { round } of started) await round(Math.ceil(messages / 4));
  for (let i = 0; i < rounds; i++) {
    for (const { name, round } of started) {
      globalThis.gc?.();
      const begin = performance.now();
      await round(messages);
      const rate = messages / ((performance.now() - begin) / 1000);
      best.set(name, Math.max(rate, best.get(name) ?? 0));
    }
  }
  for (const { stop } of started) await stop();
  return best;
}

/**
 * Prints one table: messages per second, and how many times the first contestant's rate each has.
 *
 * @param {string} title
 * @param {ReadonlyMap<string, number>} rates
 */
export function print(title, rates) {
  const [[, base]] = rates;
  console.log(`\n${title}`);
  for (const [name, rate] of rates) {
    const shown = Math.round(rate).toLocaleString("en").padStart(12);
    console.log(`  ${name.padEnd(34)}${shown} /s  ×${(rate / base).toFixed(2)}`);
  }
}
