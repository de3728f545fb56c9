/** The chat with Next, built and served as it is deployed, in a real browser: answers stream, and survive what a day brings. */
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { type Cable, layCable } from "../support/cable.js";
import {
  ask,
  begin,
  expectToGrow,
  latest,
  newUser,
  PATIENCE,
  seen,
  signIn,
  untilLength,
  untilState,
} from "./support/chat.js";
import { endExamples, type RunningExample, startExample } from "./support/example.js";
import { openTab, shoot } from "./support/tab.js";

// Next takes its time to build, and an answer some seconds.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let browser: Browser;
let example: RunningExample;
/** What is between the browser and the example. */
let cable: Cable;
/** The browser of one user. */
let user: BrowserContext;

beforeAll(async () => {
  [browser, example] = await Promise.all([
    launch(),
    // Slow enough to reload a page while an answer is written.
    startExample("next-ai-chat", [], { BOSUN_PACE: "40" }),
  ]);
  cable = await layCable(example.url);
});
beforeEach(async () => {
  user = await newUser(browser);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await Promise.all([browser?.close(), endExamples(), cable?.close()]);
});

test("Next builds it without a warning", () => {
  expect(example.stdout).toContain("Compiled successfully");
  // Where CI is set, it also tells that it keeps nothing from build to build.
  const said = (example.stdout + example.stderr).replace(/.*No build cache found.*/, "");
  expect(said).not.toMatch(/warn|⚠|error/i);
});

test("an answer comes token by token, and says how it stands", async () => {
  const { page, complaints } = await signIn(user, example.url);
  await begin(page, "How do I tie a bowline?");
  await page.getByRole("button", { name: "Stop" }).click();
  await untilState(page, "stopped");

  const before = (await seen(page)).length;
  await ask(page, "And when do I take a reef?");
  await untilState(page, "writing");
  await untilState(page, "done");
  const answers = (await seen(page)).slice(before);

  expect([...new Set(answers.map(({ state }) => state))]).toEqual(["thinking", "writing", "done"]);
  expectToGrow(answers);
  // Not all at once.
  expect(new Set(answers.map(({ text }) => text)).size).toBeGreaterThan(20);
  expect(answers.at(-1)?.text).toMatch(/^The old rule is the good one.+to be reefed too late\.$/);
  expect(complaints).toEqual([]);
});

test("a page that is reloaded in the middle of an answer goes on from there", async () => {
  const { page, complaints } = await signIn(user, example.url);
  await begin(page, "How do I tie a bowline?");
  await untilLength(page, 150);
  const before = await latest(page);

  await page.reload();
  await untilState(page, "done");
  const after = await seen(page);

  // The server rendered what there was.
  expect(before.state).toBe("writing");
  expect(after[0]?.state).toBe("writing");
  expectToGrow([before, ...after]);
  expect(after.at(-1)?.text).toMatch(/^The bowline makes a fixed loop.+untie again tomorrow\.$/);
  // There was something left to come.
  expect(new Set(after.map(({ text }) => text)).size).toBeGreaterThan(5);
  expect(complaints).toEqual([]);
});

test("two tabs see the same, whoever asks and whoever stops it", async () => {
  const { page, complaints } = await signIn(user, example.url);
  await begin(page, "Why does my jib keep shaking?");
  await untilLength(page, 80);

  const other = await openTab(user, page.url());
  await untilState(page, "done");
  await untilState(other.page, "done");
  expectToGrow(await seen(other.page));
  expect(await latest(other.page)).toEqual(await latest(page));

  await ask(other.page, "And how do I tie a bowline?");
  await untilState(page, "writing");
  await page.getByRole("button", { name: "Stop" }).click();
  await untilState(page, "stopped");
  await untilState(other.page, "stopped");
  const stopped = await latest(page);
  expect(stopped.text).not.toMatch(/tomorrow\.$/);
  expect(await latest(other.page)).toEqual(stopped);

  // It stays what it was when it was stopped.
  await page.reload();
  expect((await seen(page))[0]).toEqual(stopped);
  expect([...complaints, ...other.complaints]).toEqual([]);
});

test("chats are answered side by side, and the list knows which", async () => {
  const { page, complaints } = await signIn(user, example.url);
  const other = await openTab(user, example.url);
  await begin(other.page, "Why does my jib keep shaking?");
  await other.page.getByRole("button", { name: "Stop" }).click();
  await untilState(other.page, "stopped");
  await other.page.getByRole("link", { name: "New chat" }).click();
  await begin(other.page, "When should I take a reef?");
  await begin(page, "How do I tie a bowline?");

  const list = page.getByRole("navigation", { name: "Chats" });
  await expect.poll(() => list.getByRole("link").count()).toBe(3);
  await expect.poll(() => list.getByRole("img", { name: "being answered" }).count()).toBe(2);

  await untilLength(page, 480);
  await shoot(page, "next-ai-chat");

  await Promise.all([untilState(page, "done"), untilState(other.page, "done")]);
  expect((await latest(page)).text).toMatch(/^The bowline.+tomorrow\.$/);
  expect((await latest(other.page)).text).toMatch(/^The old rule.+too late\.$/);
  await expect.poll(() => list.getByRole("img", { name: "being answered" }).count()).toBe(0);

  // Over to the other one, without loading a page.
  await list.getByRole("link", { name: "When should I take a reef?" }).click();
  await page.waitForURL(other.page.url());
  await page.getByText("to be reefed too late.").waitFor();
  expect([...complaints, ...other.complaints]).toEqual([]);
});

test("a line that was lost is made anew, and the answer has no hole", async () => {
  const { page } = await signIn(user, cable.url);
  await begin(page, "How do I make a line fast to a cleat?");
  await untilLength(page, 80);
  cable.cut();
  await page.getByText("Connecting").waitFor({ timeout: PATIENCE });
  const before = await latest(page);
  // Beside the cable, it is written to its end.
  const witness = await openTab(user, page.url().replace(cable.url, example.url));
  await untilState(witness.page, "done");
  expect(await latest(page)).toEqual(before);
  cable.mend();

  await untilState(page, "done");
  await page.getByText("Live").waitFor();
  expectToGrow(await seen(page));
  expect((await latest(page)).text).toMatch(/^A line on a cleat.+while you do it\.$/);
});

test("who isn't signed in gets no token, and is told so", async () => {
  const { page } = await signIn(user, example.url);
  await begin(page, "How do I tie a bowline?");
  const chat = page.url();
  const channel = `chat:${chat.split("/").at(-1)}`;
  const token = (by: BrowserContext) =>
    by.request.post(`${example.url}/api/realtime/token`, { data: { channel } });
  expect((await token(user)).status()).toBe(200);

  const nobody = await newUser(browser);
  const refused = await token(nobody);
  expect([refused.status(), await refused.json()]).toMatchObject([403, { error: { code: "FORBIDDEN" } }]);
  const outside = await openTab(nobody, chat);
  await outside.page.getByRole("heading", { name: "Come aboard" }).waitFor();

  const stranger = await newUser(browser);
  await signIn(stranger, example.url, "Eve");
  expect((await token(stranger)).status()).toBe(403);
  const prying = await openTab(stranger, chat);
  await prying.page.getByRole("heading", { name: "Nothing here that is yours to read" }).waitFor();
});

test("who signs out is signed out in every tab", async () => {
  const { page } = await signIn(user, example.url);
  await begin(page, "How do I tie a bowline?");
  const other = await openTab(user, page.url());
  await untilLength(other.page, 20);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Come aboard" }).waitFor();
  const told = other.page.getByRole("alert").getByText("You are signed out. Sign in to go on.");
  await told.waitFor({ timeout: PATIENCE });
});

test("a page asks and reads without any script", async () => {
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const { page } = await signIn(plain, example.url);
  await page.getByRole("button", { name: "How do I tie a bowline?" }).click();
  await page.waitForURL(/\/chat\//);
  await page.getByText("How do I tie a bowline?").last().waitFor();
  const answer = page.locator(".answer");
  await expect
    .poll(
      async () => {
        await page.reload();
        return answer.innerText();
      },
      { timeout: PATIENCE, interval: 500 },
    )
    .toContain("The bowline makes a fixed loop");
});

test("in development it is the same, and React has nothing to complain of", async () => {
  const dev = await startExample("next-ai-chat", ["--dev"], { BOSUN_PACE: "40" });
  const { page, complaints } = await signIn(user, dev.url);
  await begin(page, "How do I tie a bowline?");
  await untilLength(page, 50);
  const before = await latest(page);
  await page.reload();
  await untilState(page, "done");

  const after = await seen(page);
  expectToGrow([before, ...after]);
  expect(after.at(-1)?.text).toMatch(/^The bowline.+tomorrow\.$/);
  expect(complaints).toEqual([]);
  expect(await dev.stop()).toBe(0);
});

test("told to end, it lets its pages go and ends", async () => {
  const { page } = await signIn(user, example.url);
  await page.getByText("Live").waitFor();

  const ended = example.stop();
  // Rather than when the gateway's streams are over, after four minutes.
  await page.getByText("Connecting").waitFor({ timeout: 4_000 });
  expect(await ended).toBe(0);
});
