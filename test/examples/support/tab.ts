/** A page of an example in the browser: what it complains of, and its picture. */
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { root } from "../../support/process.js";

/** How long a page may take, in milliseconds: machines that run tests are busy. */
const PATIENCE = 60_000;

export interface Tab {
  readonly page: Page;
  /** Warnings and errors on its console, errors that nobody caught, and requests that were answered by an error. */
  readonly complaints: readonly string[];
}

/** Opens an address in a tab. Of a browser, it is one of somebody else, without cookies; of a context, another of the same user. */
export async function openTab(browser: Browser | BrowserContext, url: string): Promise<Tab> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewportSize({ width: 1200, height: 750 });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      complaints.push(`${message.text()} ${message.location().url}`.trim());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints };
}

/** Writes `docs/images/<name>.png` where `UPDATE_SCREENSHOTS` is set: the page as it is now. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!process.env.UPDATE_SCREENSHOTS) return;
  await page.screenshot({ path: path.join(root, "docs", "images", `${name}.png`) });
}
