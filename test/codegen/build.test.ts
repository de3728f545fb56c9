/** A project outside of this repository, with Vite and React, that imports only generated bindings: built, and used. */
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { launch } from "../support/browser.js";
import { endAll } from "../support/process.js";
import { CHANNELS, makeViteProject, OUTPUT, type ViteProject } from "./project.js";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
const PATIENCE = { timeout: 60_000 };

let browser: Browser;
let project: ViteProject;
let committed: string;
beforeAll(async () => {
  [browser, project] = await Promise.all([launch(), makeViteProject()]);
  committed = project.read(CHANNELS);
});
beforeEach(() => project.write(CHANNELS, committed));
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(browser.contexts().map((context) => context.close()));
  await endAll();
});
afterAll(async () => {
  await browser?.close();
  project?.destroy();
});

/** The package of a bundled module; of the project's own the folder. */
const originOf = (id: string) =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ??
  (id.startsWith(project.folder) ? id.slice(project.folder.length + 1).split(/[/?]/)[0] : "vite");

test("its bundle has the client and React, and neither a validator nor anything of the server", async () => {
  vi.stubEnv("CI", undefined);
  // A test runner's own would bring React's build for developers.
  vi.stubEnv("NODE_ENV", "production");
  const result = await build({ root: project.folder, logLevel: "error" });
  if (!("output" in result)) throw new Error("There is more than one output.");
  const chunks = result.output.flatMap((output) => (output.type === "chunk" ? [output] : []));
  const origins = new Set(chunks.flatMap(({ modules }) => Object.keys(modules).map(originOf)));
  expect([...origins].sort()).toEqual([
    "halyard",
    "index.html",
    "react",
    "react-dom",
    "scheduler",
    "src",
    "vite",
  ]);

  const code = chunks.map(({ code }) => code).join("\n");
  expect(code).toContain("mast:{harbour}");
  // What each of them has in every build: of its errors, its kinds, its marks.
  for (const trace of ["ZodError", "invalid_type", "valibot", "arktype", "toJSONSchema", "fast-jwt"])
    expect(code, trace).not.toContain(trace);
  const bytes = (which: string) =>
    chunks
      .flatMap(({ modules }) => Object.entries(modules))
      .filter(([id]) => originOf(id) === which)
      .reduce((sum, [, { renderedLength }]) => sum + renderedLength, 0);
  const size = `${code.length} bytes, ${gzipSync(code).length} gzipped`;
  const before = `${bytes("halyard")} of halyard, ${bytes("src")} of the page and its bindings`;
  process.stdout.write(`The bundle: ${size}; before minifying: ${before}.\n`);
});

test("it works against the server, as it is deployed", async () => {
  const running = project.start(["run.mjs", "--build"]);
  const [, url = ""] = await running.printed(/(http:\/\/localhost:\d+)/);
  const [one, other] = [await browser.newPage(), await browser.newPage()];
  const errors: string[] = [];
  for (const page of [one, other]) {
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(url);
    await page.waitForSelector("[data-status=open]", PATIENCE);
    await page.getByText(/\d+ knots/).waitFor(PATIENCE);
  }
  await one.locator("input").fill("  Ada  ");
  await one.getByRole("button", { name: "K: I wish to talk to you" }).click();
  // The schema trims names, on the server: there is nothing here that could.
  for (const page of [one, other]) await page.getByText(/^Ada, \d/).waitFor(PATIENCE);
  await one.locator("input").fill("x".repeat(25));
  await one.getByRole("button", { name: "N: No" }).click();
  await one.getByRole("alert").getByText(/by/).waitFor(PATIENCE);
  expect(await other.locator(".halyard li").count()).toBe(1);
  expect(errors).toEqual([]);
});

test("with `check`, as in its CI, a build fails with the diff where the bindings are stale", async () => {
  const before = project.read(OUTPUT);
  project.edit(CHANNELS, "knots: z.number().nonnegative(),", "speed: z.number(),");
  const stale = await project.run([project.bin("vite"), "build"], { CI: "1" });
  expect(stale.code).toBe(1);
  expect(stale.text).toContain("CODEGEN_STALE");
  expect(stale.text).toMatch(/^- +knots: number;$/m);
  expect(stale.text).toMatch(/^\+ +speed: number;$/m);
  expect(project.read(OUTPUT)).toBe(before);
});

test("vitest has the bindings, too: made once where nobody watches", async () => {
  project.write(
    "src/mast.test.ts",
    `import { expect, test } from "vitest";
import { mast } from "./channels.gen.js";
test("name", () => expect(mast({ harbour: "kiel" }).name).toBe("mast:kiel"));
`,
  );
  project.remove(OUTPUT);
  const { code, text } = await project.run([project.bin("vitest"), "run", "src"]);
  project.remove("src/mast.test.ts");
  expect(text).toMatch(/1 passed/);
  expect(code).toBe(0);
});

test("without unplugin, Vite says how to install it", async () => {
  project.remove("node_modules/unplugin");
  const { code, text } = await project.run([project.bin("vite"), "build"]);
  expect(code).toBe(1);
  expect(text).toContain("CODEGEN_MISSING_PEER");
  expect(text).toContain("npm install -D unplugin");
});
