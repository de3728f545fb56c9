/** Jobs in the background, with Express: in one process on memory, and with Redis in two, either of which may be killed. */
import { randomUUID } from "node:crypto";
import path from "node:path";
import { createClient, sse } from "halyard/client";
import { Redis } from "ioredis";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { workshop } from "../../examples/express-jobs/channels.js";
import { available, brokerUrl } from "../../test-support/brokers/index.mjs";
import { launch } from "../support/browser.js";
import { root, start as startProgram } from "../support/process.js";
import { endExamples, startExample } from "./support/example.js";
import { openTab, shoot } from "./support/tab.js";

const WEEKS = 52;
const secret = "a secret of at least thirty-two characters";

// Programs and tabs are started, ended and started again, and machines that run tests are busy.
vi.setConfig({ testTimeout: 180_000 });
const PATIENCE = 90_000;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await endExamples();
});
afterAll(async () => {
  await browser?.close();
});

/** Opens the page as somebody. */
async function come(url: string, name = "ada") {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE);
  const tab = await openTab(context, url);
  await tab.page.getByLabel("Your name").fill(name);
  await tab.page.getByRole("button", { name: "Come in" }).click();
  await tab.page.getByText("Live").waitFor();
  return tab;
}

async function order(page: Page, harbour: string, trouble = "works to the end"): Promise<void> {
  await page.getByText(harbour, { exact: true }).first().click();
  await page.getByLabel("The worker").selectOption(trouble);
  await page.getByRole("button", { name: "Make the table" }).click();
  await card(page, harbour).waitFor();
}

const card = (page: Page, harbour: string) => page.getByRole("listitem").filter({ hasText: `${harbour} 20` });
const state = (page: Page, harbour: string, state: string) =>
  page
    .locator(`.job[data-state="${state}"]`)
    .filter({ hasText: `${harbour} 20` })
    .waitFor();

const untilWeek = (page: Page, harbour: string, week: number) =>
  card(page, harbour)
    .locator("rect.week")
    .nth(week - 1)
    .waitFor({ state: "attached" });

/** Until its log has come to the end of the year so many times. */
const untilDecember = (page: Page, harbour: string, times: number) =>
  card(page, harbour)
    .locator(".log li", { hasText: "December" })
    .nth(times - 1)
    .waitFor({ state: "attached" });

/** Everything that a card shows of a job which is over. */
async function shown(page: Page, harbour: string) {
  const job = card(page, harbour);
  return {
    weeks: await job.locator("rect.week").count(),
    line: await job.locator("summary").innerText(),
    log: await job.locator(".log li").allTextContents(),
    bars: await job.locator("rect").evaluateAll((bars) => bars.map((bar) => bar.getAttribute("height"))),
  };
}

describe("on memory", () => {
  const start = (pace: number) => startExample("express-jobs", [], { REDIS_URL: "", PACE: String(pace) });

  test("several jobs run at once, and are the same after a reload and in another tab", async () => {
    const { url } = await start(60);
    const { page, complaints } = await come(url);
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.reload();
    await order(page, "Brest");
    await state(page, "Brest", "done");
    await order(page, "Kiel");
    await state(page, "Kiel", "failed");
    // One after the other makes a nicer picture; at once, the fourth is sure to find the workers at work.
    const pause = process.env.UPDATE_SCREENSHOTS ? 550 : 0;
    await page.evaluate(async (pause) => {
      for (const harbour of ["Lisbon", "Cuxhaven", "Saint-Malo", "Dover"]) {
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify({ harbour, year: 2027 });
        await fetch("/api/jobs", { method: "POST", headers, body });
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }, pause);
    // There are three workers.
    await page.getByText("3 at work 1 waiting").waitFor();
    await untilWeek(page, "Saint-Malo", 12);
    await shoot(page, "express-jobs");

    // Eight subscriptions share it.
    expect(sockets).toHaveLength(1);

    // In the middle of it all.
    const percent = async () =>
      Number(await card(page, "Saint-Malo").getByRole("progressbar").getAttribute("aria-valuenow"));
    const before = await percent();
    await page.reload();
    await untilWeek(page, "Saint-Malo", 12);
    expect(await percent()).toBeGreaterThanOrEqual(before);
    const other = (await openTab(page.context(), url)).page;
    for (const tab of [page, other]) {
      for (const harbour of ["Lisbon", "Cuxhaven", "Saint-Malo", "Dover"]) await state(tab, harbour, "done");
    }

    const seen = await shown(page, "Dover");
    expect(seen).toMatchObject({
      weeks: WEEKS,
      line: expect.stringMatching(/^From 0\.\d\d m on .+ to 7\.\d\d m on /),
    });
    expect(seen.log.slice(0, 2)).toEqual([
      "A worker has taken it",
      expect.stringMatching(/^January: high water/),
    ]);
    expect(seen.log).toHaveLength(13);
    for (const harbour of ["Brest", "Kiel", "Lisbon", "Cuxhaven", "Saint-Malo", "Dover"]) {
      expect(await shown(other, harbour), harbour).toEqual(await shown(page, harbour));
    }
    expect(await card(page, "Kiel").innerText()).toContain("Kiel has next to no tide");
    expect(complaints).toEqual([]);
  });

  test("what a worker has said last stays one message, though the job is done again", async () => {
    const { url } = await start(10);
    const { page } = await come(url);
    await order(page, "Brest", "is lost once it has said “done”");
    await card(page, "Brest").getByText("2 tries, last word received 1×").waitFor();
    await page.getByText("0 at work 0 waiting").waitFor();
    // The second worker has done all of it.
    await untilDecember(page, "Brest", 2);
    const seen = await shown(page, "Brest");
    expect(seen.log.filter((line) => line.startsWith("December"))).toHaveLength(2);
    expect(seen.weeks).toBe(WEEKS);
    await page.reload();
    await card(page, "Brest").getByText("2 tries, last word received 1×").waitFor();
    expect(await shown(page, "Brest")).toEqual(seen);
  });

  test("a token is for those who may read: their own desk and jobs", async () => {
    const { url } = await start(10);
    const { page } = await come(url);
    await order(page, "Brest");
    const job = `job:${await card(page, "Brest").getAttribute("data-job")}`;
    const ben = await come(url, "ben");
    const ask = (page: Page | undefined, channel: unknown) =>
      page
        ? page.evaluate(async (channel) => {
            const headers = { "content-type": "application/json" };
            const body = JSON.stringify({ channel });
            return (await fetch("/api/token", { method: "POST", headers, body })).status;
          }, channel)
        : fetch(`${url}/api/token`, { method: "POST" }).then(({ status }) => status);
    expect(await ask(undefined, job)).toBe(401);
    for (const channel of [job, "desk:ada", "workshop"]) expect(await ask(page, channel), channel).toBe(200);
    for (const channel of [job, "desk:ada", "desk:ben:x", "nothing", null]) {
      expect(await ask(ben.page, channel), String(channel)).toBe(403);
    }
    await ben.page.getByText("Nothing ordered yet").waitFor();
  });

  test("the gateway stands behind express.json(): over server-sent events, too", async () => {
    const { url } = await start(10);
    const headers = { "content-type": "application/json" };
    const post = (path: string, body: object, cookie = "") =>
      fetch(`${url}${path}`, { method: "POST", headers: { ...headers, cookie }, body: JSON.stringify(body) });
    const signedIn = await post("/api/session", { name: "dora" });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0];
    const token = async () => (await post("/api/token", { channel: workshop.name }, cookie)).text();
    const client = createClient({ url: `${url}/api/realtime`, wires: [sse()] });
    const messages = await client.subscribe({ channel: workshop, token });
    await post("/api/jobs", { harbour: "Dover", year: 2027 }, cookie);
    for await (const { data } of messages) if (data.running === 1) break;
    client.close();

    expect((await fetch(`${url}/api/realtime/health`)).status).toBe(200);
    // What doesn't parse is Express's to refuse, and it says so.
    const refused = await fetch(`${url}/api/realtime`, { method: "POST", headers, body: "{" });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual({ error: expect.stringContaining("JSON") });
  });

  test("a name is as long as a channel's can carry, and has room on a phone", async () => {
    const { url } = await start(10);
    const { page } = await openTab(browser, url);
    await page.setViewportSize({ width: 360, height: 740 });
    for (const letter of ["日", "W"]) {
      const name = page.getByLabel("Your name");
      await name.fill(letter.repeat(26));
      await page.getByRole("button", { name: "Come in" }).click();
      await page.getByRole("alert").getByText("<=25").waitFor();
      await name.fill(letter.repeat(25));
      await page.getByRole("button", { name: "Come in" }).click();
      await page.getByText("Live").waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await page.context().clearCookies();
      await page.reload();
    }
  });

  test("it ends when it is told to", async () => {
    const example = await start(50);
    const { page } = await come(example.url);
    await order(page, "Brest");
    expect(await example.stop("SIGINT")).toBe(0);
  });
});

describe.skipIf(!available("redis"))("with Redis", () => {
  const prefix = `test:${randomUUID()}:`;
  const env = (pace: number) => ({
    REDIS_URL: brokerUrl("redis"),
    REDIS_PREFIX: prefix,
    HALYARD_SECRET: secret,
    SESSION_SECRET: secret,
    PACE: String(pace),
  });
  const start = (pace: number, ...args: string[]) => startExample("express-jobs", args, env(pace));

  afterAll(async () => {
    const redis = new Redis(brokerUrl("redis"));
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  });

  test("a worker that is killed, halfway or at the very end, is followed by another: one last word", async () => {
    const { url, stop, stderr } = await start(20);
    const { page, complaints } = await come(url);
    await order(page, "Brest", "is lost halfway");
    await card(page, "Brest").getByText("2 tries, last word received 1×").waitFor();
    await order(page, "Lisbon", "is lost once it has said “done”");
    await card(page, "Lisbon").getByText("2 tries, last word received 1×").waitFor();
    await page.getByText("0 at work 0 waiting").waitFor();
    for (const [harbour, decembers] of [
      ["Brest", 1],
      ["Lisbon", 2],
    ] as const) {
      await untilDecember(page, harbour, decembers);
      const { weeks, log, bars } = await shown(page, harbour);
      expect(weeks, harbour).toBe(WEEKS);
      // The second try's weeks stand in the place of the first's, not behind them.
      expect(bars.slice(WEEKS / 2), harbour).not.toEqual(bars.slice(0, WEEKS / 2));
      expect(log.filter((line) => line.startsWith("December")).length, harbour).toBe(decembers);
      expect(log.filter((line) => line === "The worker before was lost: try 2").length, harbour).toBe(1);
    }
    expect(complaints).toEqual([]);
    expect(stderr).toBe("");
    expect(await stop()).toBe(0);
  });

  test("a server that is killed and started again loses nothing of what its workers say", async () => {
    const program = path.join(root, "examples", "express-jobs", "run.mjs");
    const worker = startProgram(process.execPath, [program, "--worker"], env(60));
    const first = await start(60, "--web");
    const { page } = await come(first.url, "cleo");
    await order(page, "Dover");
    await untilWeek(page, "Dover", 8);
    first.child.kill("SIGKILL");
    await first.exited;
    await page.getByText("Connecting…").waitFor();
    const second = await start(60, "--web", "--port", new URL(first.url).port);
    await page.getByText("Live").waitFor();
    await state(page, "Dover", "done");

    const { weeks, log, bars } = await shown(page, "Dover");
    expect(weeks).toBe(WEEKS);
    expect(log).toHaveLength(13);
    expect(await page.getByText("forgotten").count()).toBe(0);
    // What came before and after is what somebody sees who was never away.
    await page.reload();
    await state(page, "Dover", "done");
    expect((await shown(page, "Dover")).bars).toEqual(bars);
    expect(await second.stop()).toBe(0);
    worker.child.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
  });
});
