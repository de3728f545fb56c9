// @ts-check
/**
 * Hooks in Chromium at 1,000 messages a second: the processor's time for each message, and how often the component renders. Beside
 * them: Inngest's hook, on a server that writes what Inngest's does, and what one writes by hand with socket.io. Each has a page of
 * its own, with React's build for production; the best of some rounds. `--short`: a look whether it works.
 */
import { chromium } from "playwright-core";
import { startServer } from "./server.mjs";

const isShort = process.argv.includes("--short");
const MESSAGES = isShort ? 500 : 5_000;
const ROUNDS = isShort ? 1 : 3;
const contestants = {
  useRealtime: "useRealtime",
  select: "useRealtime, select: each hundredth",
  useTopic: "useTopic",
  inngest: "inngest/react",
  "inngest-buffered": "inngest/react, bufferInterval: 16",
  "socket.io": "socket.io-client, useState",
};

const server = await startServer();
// The very function by which the tests find it.
const { findChromium } = await import(new URL("../../scripts/lib/chromium.mjs", import.meta.url).href);
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
let last = 0;

/** Sends so many, ten with each hundredth of a second, and waits until the page shows the last. */
async function round(/** @type {import("playwright-core").Page} */ page, /** @type {number} */ count) {
  const [begin, from] = [performance.now(), last];
  while (last < from + count) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const due = from + Math.min(count, Math.floor(performance.now() - begin));
    const numbers = Array.from({ length: due - last }, (_, i) => last + i + 1);
    await server.send(numbers.map((n) => ({ n, text: "What a message says, more or less." })));
    last = due;
  }
  await page.waitForFunction(`measured.last === ${last}`);
}

/** @type {Record<string, { script: number, task: number, renders: number }>} */
const results = {};
for (let i = 0; i < ROUNDS; i++) {
  for (const [id, name] of Object.entries(contestants)) {
    const page = await browser.newPage();
    await page.goto(`${server.url}/?contestant=${id}`);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable");
    // Connected as soon as a message is shown; then, warm.
    const shown = () => page.waitForFunction("measured.last > 0", undefined, { timeout: 100 });
    for (let tries = 0; tries < 100; tries++) {
      await server.send(Array.from({ length: 100 }, () => ({ n: ++last, text: "Hello" })));
      if (
        await shown().then(
          () => true,
          () => false,
        )
      )
        break;
    }
    last += 100 - (last % 100);
    await round(page, 500);
    const look = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      const of = (/** @type {string} */ name) => metrics.find((one) => one.name === name)?.value ?? 0;
      const renders = Number(await page.evaluate("measured.renders"));
      return { script: of("ScriptDuration"), task: of("TaskDuration"), renders };
    };
    const before = await look();
    await round(page, MESSAGES);
    const after = await look();
    const of = (/** @type {keyof typeof after} */ key) => after[key] - before[key];
    const best = results[name]?.task ?? Number.POSITIVE_INFINITY;
    const result = { script: of("script"), task: of("task"), renders: of("renders") };
    if (result.task < best) results[name] = result;
    await page.close();
  }
}
await browser.close();
await server.close();

const base = results[contestants.useRealtime]?.script ?? 0;
console.log(
  "\n1,000 messages a second, React 19       script   all tasks   script of useRealtime   renders per 1,000",
);
for (const [name, { script, task, renders }] of Object.entries(results)) {
  const each = (/** @type {number} */ seconds) => `${((seconds / MESSAGES) * 1e6).toFixed(0)} µs`;
  const times = `×${(script / base).toFixed(2)}`;
  const rate = ((renders / MESSAGES) * 1_000).toFixed(0);
  console.log(
    `  ${name.padEnd(37)}${each(script).padStart(7)}${each(task).padStart(12)}${times.padStart(24)}${rate.padStart(20)}`,
  );
}
