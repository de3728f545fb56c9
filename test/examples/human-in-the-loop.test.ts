/** An agent that asks, and people who answer: over plain `node:http`, with a page in plain TypeScript. */
import { publish } from "halyard/client";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { passage, reply } from "../../examples/human-in-the-loop/channels.js";
import { launch } from "../support/browser.js";
import { endExamples, startExample } from "./support/example.js";
import { openTab, shoot } from "./support/tab.js";

// Machines that run tests are busy.
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

const start = (patience = "600", args: readonly string[] = []) =>
  startExample("human-in-the-loop", ["--pace", "100", "--patience", patience, ...args]);

/** Opens the page as one of the crew, or in another tab of theirs. */
async function come(url: string, person: string, context?: BrowserContext) {
  const where = context ?? (await browser.newContext());
  where.setDefaultTimeout(PATIENCE);
  const tab = await openTab(where, url);
  if (!context) await tab.page.getByRole("button", { name: `The ${person}` }).click();
  await tab.page.getByText(`You are the ${person}`).waitFor();
  await tab.page.getByText("Live").waitFor();
  return tab;
}

const begin = (page: Page) => page.getByRole("button", { name: "Plan a passage" }).click();
const question = (page: Page, text: string) => page.getByRole("region", { name: text });
const choose = (page: Page, label: string) => page.getByText(label, { exact: true }).click();
const answer = (page: Page) => page.getByRole("button", { name: "Answer" }).click();
const timeline = (page: Page) => page.locator("#timeline > li").allInnerTexts();

test("the crew answers: what is bad is refused at its field, and all tabs see the same, once and in order", async () => {
  const { url } = await start();
  const { page, complaints } = await come(url, "skipper");
  const mate = (await come(url, "mate")).page;
  await begin(page);
  const leave = question(page, "When do we leave?");
  await leave.waitFor();

  await answer(page);
  await leave.getByText("Choose one, or write below what to do instead.").waitFor();
  await leave.getByRole("textbox").fill("x".repeat(141));
  await answer(page);
  await leave.getByText("Keep it within 140 characters.").waitFor();
  expect(await leave.getByText("Choose one").count()).toBe(0);
  expect(await leave.getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
  // Nobody else heard of it.
  expect(await question(mate, "When do we leave?").locator("form").count()).toBe(1);

  await leave.getByRole("textbox").fill("  after breakfast ");
  await choose(page, "Tomorrow at five");
  await answer(page);
  await leave.getByText("You answered").waitFor();
  await question(mate, "When do we leave?").getByText("The skipper answered").waitFor();

  await question(page, "Where do we moor?").waitFor();
  await choose(page, "Town harbour");
  await shoot(page, "human-in-the-loop");
  await choose(mate, "Marina");
  await answer(mate);
  await question(page, "Where do we moor?").getByText("The mate answered").waitFor();
  await page.getByText("The plan").waitFor();

  const told = await timeline(page);
  expect(told).toHaveLength(8);
  expect(told.at(-1)).toContain("Leave Kiel: Tomorrow at five, after breakfast");
  expect(told.at(-1)).toContain("In Ærøskøbing: Marina");
  // Who comes later is told all of it again, and so is who comes back.
  const second = (await come(url, "skipper", page.context())).page;
  await second.getByText("The plan").waitFor();
  expect(await timeline(second)).toEqual(told);
  await page.reload();
  await page.getByText("The plan").waitFor();
  expect(await timeline(page)).toEqual(told);
  expect(complaints).toEqual([]);
});

test("of two who answer the first is taken, and the second is told", async () => {
  const { url } = await start();
  const skipper = (await come(url, "skipper")).page;
  const mate = (await come(url, "mate")).page;
  await begin(skipper);
  for (const page of [skipper, mate]) await question(page, "When do we leave?").waitFor();

  // The mate's answer is sent, and held up on its way.
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const sent = mate.waitForRequest("**/api/realtime/publish");
  await mate.route("**/api/realtime/publish", async (route) => {
    await held;
    await route.continue();
  });
  await choose(mate, "Today at noon");
  // Words would do as an answer to any question.
  await mate.getByRole("textbox").fill("or after lunch");
  await answer(mate);
  await sent;
  await choose(skipper, "The day after");
  await answer(skipper);

  await question(mate, "When do we leave?").getByText("The skipper answered first").waitFor();
  await question(skipper, "Where do we moor?").waitFor();
  const arrived = mate.waitForResponse("**/api/realtime/publish");
  letGo();
  expect((await arrived).ok()).toBe(true);
  // Nor is it taken for an answer to the next question.
  await choose(skipper, "Marina");
  await answer(skipper);
  await question(skipper, "Where do we moor?").getByText("You answered").waitFor();
  await skipper.getByText("In Ærøskøbing: Marina", { exact: true }).waitFor();
  for (const page of [skipper, mate]) {
    const leave = question(page, "When do we leave?");
    expect(await leave.getByText("The day after").count()).toBe(1);
    expect(await leave.getByText("Today at noon").count()).toBe(0);
  }
});

test("where nobody answers, the agent goes on by itself", async () => {
  const { url } = await start("1");
  const { page } = await come(url, "navigator");
  await begin(page);
  await page.getByText("The plan").waitFor();
  expect(await page.getByText("Nobody answered in time").count()).toBe(2);
  expect((await timeline(page)).at(-1)).toContain("Leave Kiel: Tomorrow at five");
});

test("tokens: none without a session, and none to speak as somebody else, or as the agent", async () => {
  const { url } = await start();
  const ask = (path: string, cookie = "") => fetch(`${url}${path}`, { method: "POST", headers: { cookie } });
  for (const path of ["/api/token/passage", "/api/token/reply", "/api/passage"]) {
    expect((await ask(path)).status, path).toBe(401);
    expect((await ask(path, "session=skipper.forged")).status, path).toBe(401);
  }

  const signedIn = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ person: "mate" }),
  });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const [toListen, toReply] = await Promise.all(
    ["/api/token/passage", "/api/token/reply"].map(async (path) => (await ask(path, cookie)).text()),
  );
  // What others answer is the agent's to hear.
  expect(JSON.parse(toReply ?? "")).toMatchObject({ channel: "reply:mate", topics: [] });
  const by = (token = "") => ({ token, url: `${url}/api/realtime` });
  const given = { question: "q", choice: "noon" };
  const mine = reply({ person: "mate" }).answer;
  expect(await publish(mine, given, by(toReply))).toHaveProperty("id");
  const refused = { code: "TOKEN_SCOPE" };
  await expect(publish(mine, given, by(toListen))).rejects.toMatchObject(refused);
  const skippers = reply({ person: "skipper" }).answer;
  await expect(publish(skippers, given, by(toReply))).rejects.toMatchObject(refused);
  for (const token of [toListen, toReply]) {
    const forged = publish(passage.work, { text: "Scuttled the ship" }, by(token));
    await expect(forged).rejects.toMatchObject(refused);
  }
  const bad = publish(mine, { question: "q" }, by(toReply));
  await expect(bad).rejects.toMatchObject({ code: "INVALID_PAYLOAD", issues: [{ path: ["choice"] }] });
});

test("all has room on a phone, an answer of one long word, too", async () => {
  const { url } = await start();
  const { page } = await openTab(browser, url);
  await page.setViewportSize({ width: 360, height: 740 });
  const names = page.getByRole("button", { name: "The" });
  await names.first().waitFor();
  const cut = await names.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
  expect(cut).toBe(0);
  await names.first().click();
  await begin(page);
  await page.getByRole("textbox").fill("W".repeat(140));
  await answer(page);
  await page.getByText("You answered").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test("what was told too long ago is gone, and the page goes on without it", async () => {
  const { url } = await start("1", ["--kept", "2s"]);
  const { page } = await come(url, "mate");
  await begin(page);
  await page.getByText("The plan").waitFor();
  let loads = 0;
  page.on("framenavigated", () => loads++);
  await page.reload();
  await page.getByRole("button", { name: /^Plan/, disabled: false }).click();
  await page.getByText("20° to Skjoldnæs").waitFor();
  expect(loads).toBe(1);
});

test("it ends when it is told to, in the middle of a question; the page then asks who is there", async () => {
  const example = await start();
  const { page } = await come(example.url, "skipper");
  await begin(page);
  await question(page, "When do we leave?").waitFor();
  expect(await example.stop()).toBe(0);
  await page.getByText("Connecting…").waitFor();
  await start("600", ["--port", new URL(example.url).port]);
  await page.getByText("Who are you?").waitFor();
});
