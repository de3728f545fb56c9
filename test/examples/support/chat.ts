/** The page of next-ai-chat, as its tests use it. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { openTab, type Tab } from "./tab.js";

/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
export const PATIENCE = 60_000;

declare global {
  interface Window {
    /** What the latest answer was, from change to change, since the page was loaded. */
    seen: { readonly state: string; readonly text: string }[];
  }
}

export async function newUser(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await context.addInitScript(() => {
    window.seen = [];
    const look = () => {
      const turn = [...document.querySelectorAll<HTMLElement>(".turn")].at(-1);
      if (!turn) return;
      const text = [...turn.querySelectorAll(".answer > :not(h2)")].map((part) => part.textContent).join("");
      const { state, text: before } = window.seen.at(-1) ?? {};
      if (turn.dataset.state !== state || text !== before)
        window.seen.push({ state: turn.dataset.state ?? "", text });
    };
    addEventListener("DOMContentLoaded", () => {
      look();
      const everything = { attributes: true, characterData: true, childList: true, subtree: true };
      new MutationObserver(look).observe(document.body, everything);
    });
  });
  return context;
}

/** Signs in, in a tab of its own. */
export async function signIn(context: BrowserContext, url: string, name = "Ada"): Promise<Tab> {
  const tab = await openTab(context, url);
  await tab.page.getByLabel("Your name").fill(name);
  await tab.page.getByRole("button", { name: "Sign in" }).click();
  await tab.page.getByRole("heading", { name: `What’s on deck, ${name}?` }).waitFor();
  return tab;
}

/** Begins a chat, and resolves when its page is shown. */
export async function begin(page: Page, question: string): Promise<void> {
  await page.getByRole("button", { name: question }).click();
  await page.waitForURL(/\/chat\//);
  await page.getByLabel("Conversation").getByText(question).waitFor();
}

export async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel("Your question").fill(question);
  await page.keyboard.press("Enter");
}

export const seen = (page: Page) => page.evaluate(() => window.seen);
export const latest = async (page: Page) => (await seen(page)).at(-1) ?? { state: "", text: "" };

export async function untilState(page: Page, state: string): Promise<void> {
  const has = (state: string) => window.seen.at(-1)?.state === state;
  try {
    await page.waitForFunction(has, state, { timeout: PATIENCE });
  } catch (cause) {
    throw new Error(`It never was ${state}: ${JSON.stringify(await latest(page))}`, { cause });
  }
}

/** Resolves when the answer has at least so many characters. */
export const untilLength = (page: Page, length: number) =>
  page.waitForFunction((length) => (window.seen.at(-1)?.text.length ?? 0) >= length, length, {
    timeout: PATIENCE,
  });

/** Nothing was taken back, and nothing came twice: every text begins with the one before. */
export function expectToGrow(texts: readonly { readonly text: string }[]): void {
  texts.forEach(({ text }, i) => {
    const before = texts[i - 1]?.text ?? "";
    expect(text.slice(0, before.length)).toBe(before);
  });
}
