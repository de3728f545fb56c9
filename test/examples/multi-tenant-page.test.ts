/** The example multi-tenant: what its page does where things go wrong, and where there is little room. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { endExamples, type RunningExample, startExample } from "./support/example.js";
import { openTab, type Tab } from "./support/tab.js";

vi.setConfig({ testTimeout: 120_000 });

let browser: Browser;
let example: RunningExample;

beforeAll(async () => {
  [browser, example] = await Promise.all([launch(), startExample("multi-tenant")]);
});
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));
afterAll(async () => {
  await browser?.close();
  await endExamples();
});

/** A tab of somebody, on their first yard's slipway. */
async function open(user: string): Promise<Tab> {
  const tab = await openTab(browser, example.url);
  await tab.page.getByRole("button", { name: user }).first().click();
  await tab.page.locator('.line[data-status="open"]').waitFor();
  return tab;
}

const card = (page: Page, boat: string) => page.locator(".card", { hasText: boat });

test("who is signed out elsewhere is asked who they are", async () => {
  const rigger = await open("rigger");
  await rigger.page.evaluate(() => fetch("/api/session", { method: "DELETE" }));
  await rigger.page.getByRole("button", { name: "Move Turnstone" }).press("ArrowLeft");
  await rigger.page.getByText("Who are you?").waitFor();
});

test("what the server refuses, or a server that isn't there, is told", async () => {
  const foreman = await open("foreman");
  await foreman.page.route("**/members/*", (route) => route.fulfill({ status: 403, json: { error: "No." } }));
  await foreman.page.getByRole("button", { name: "Remove rigger" }).click();
  await foreman.page.getByRole("alert").getByText("No.").waitFor();
  expect(await foreman.page.getByLabel("Role of rigger").count()).toBe(1);

  await foreman.page.route("**/api/session", (route) => route.fulfill({ status: 503, json: {} }));
  await foreman.page.reload();
  await foreman.page.getByRole("alert").getByText("The server answered 503.").waitFor();
});

test("a long word stays in its card, on a phone as well", async () => {
  const { page } = await open("rigger");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByLabel("Boat").fill("W".repeat(40));
  await page.getByLabel("What is to be done").fill("W".repeat(80));
  await page.getByRole("button", { name: "Book" }).click();
  await card(page, "WWWW").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
