/** The servers of docs/frameworks.md, as they stand there: each gives tokens to whom it should, and serves both wires. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { createClient, sse, type Wire, webSocket } from "halyard/client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "./support/new-app.js";
import { endAll, root, start } from "./support/process.js";

const channel = "pipeline:ada42";
const cookie = "user=ada";

/** What publishes, beside the server that a fence starts. */
const mainOf = (server: string) => `
import { app } from "./realtime.js";
import { pipeline } from "./channels.js";
import "./${server}.js";
setInterval(() => app.publish(pipeline({ runId: "ada42" }).status, { message: "Still here" }), 50);
console.log("It runs.");
`;

let folder: string;
beforeAll(async () => {
  const { sourcesOf } = await import(new URL("../scripts/lib/fences.mjs", import.meta.url).href);
  mkdirSync(path.join(root, ".temp"), { recursive: true });
  folder = mkdtempSync(path.join(root, ".temp", "frameworks-"));
  const { sources } = sourcesOf(readFileSync(path.join(root, "docs/frameworks.md"), "utf8"));
  for (const { name, lines } of sources) writeFileSync(path.join(folder, name), lines.join("\n"));
  // The repository's own would say that a module which starts a server has no side effects.
  writeFileSync(path.join(folder, "package.json"), `{ "type": "module" }`);
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(root, path.join(folder, "node_modules/halyard"), "dir");
});
afterEach(endAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the server of that file. Gives its address. */
async function serve(server: string): Promise<string> {
  const file = path.join(folder, `${server}.ts`);
  const source = readFileSync(file, "utf8");
  const port = await freePort();
  expect(source).toContain("3000");
  writeFileSync(file, source.replace("3000", `${port}`));
  writeFileSync(path.join(folder, `${server}-main.ts`), mainOf(server));
  const outfile = path.join(folder, `${server}-main.mjs`);
  const entryPoints = [path.join(folder, `${server}-main.ts`)];
  await build({ entryPoints, outfile, bundle: true, packages: "external", format: "esm", platform: "node" });
  await start(process.execPath, [outfile]).printed(/It runs/);
  return `http://localhost:${port}`;
}

const ask = (url: string, headers: Record<string, string>) =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ channel }),
  });

/** The first message that comes by this wire. */
async function firstBy(wire: Wire, url: string): Promise<unknown> {
  const client = createClient({ url: `${url}/api/realtime`, wires: [wire] });
  const token = () => ask(`${url}/api/realtime/token`, { cookie }).then((response) => response.text());
  try {
    for await (const { data } of await client.subscribe({ token })) return data;
    return undefined;
  } finally {
    client.close();
  }
}

describe.each([
  ["express", 401],
  ["hono", 403],
  ["node", undefined],
])("%s", (server, stranger) => {
  test("tokens for whom it may concern, messages over both wires", async () => {
    const url = await serve(server);
    const health = () => fetch(`${url}/api/realtime/health`).then((response) => response.json());
    await vi.waitFor(async () => expect(await health()).toEqual({ status: "ok" }), 10_000);

    expect((await ask(`${url}/api/realtime/token`, {})).status).toBe(403);
    expect((await ask(`${url}/api/realtime/token`, { cookie: "user=bob" })).status).toBe(403);
    expect(await firstBy(webSocket({ WebSocket }), url)).toEqual({ message: "Still here" });
    expect(await firstBy(sse(), url)).toEqual({ message: "Still here" });

    // The route that decides by itself, in place of `authorize`.
    if (!stranger) return;
    const own = `${url}/api/runs/ada42/token`;
    expect((await ask(own, {})).status).toBe(stranger);
    expect((await ask(own, { cookie: "user=bob" })).status).toBe(403);
    expect(await (await ask(own, { cookie })).json()).toMatchObject({ channel, topics: ["status"] });
  });
});
