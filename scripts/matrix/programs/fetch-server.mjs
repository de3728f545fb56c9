// @ts-check
/** The fetch handler behind `Bun.serve` or `Deno.serve`: talks with itself, then serves until /bye is asked for. */
import { sse } from "halyard/client";
import { createHandler, createRealtime } from "halyard/server";
import { channels, runs } from "./channels.mjs";
import { talk } from "./talk.mjs";

const app = createRealtime({ secret: "for the matrix alone, 32 characters" });
const handler = createHandler(app, { channels, authorize: () => true });
const publish = (/** @type {string} */ text) => app.publish(runs({ id: "42" }).status, { text });

/** @param {Request} request */
async function answer(request) {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/publish") {
    await publish(searchParams.get("text") ?? "");
    return new Response("published");
  }
  if (pathname !== "/bye") return handler(request);
  setTimeout(stop, 10);
  return new Response("bye");
}

// Neither runtime's types are installed here.
const { Bun, Deno } = /** @type {any} */ (globalThis);
const server = Bun
  ? Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 60, fetch: answer })
  : Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => undefined }, answer);
const port = Bun ? server.port : server.addr.port;

async function stop() {
  await app.close();
  await (Bun ? server.stop(true) : server.shutdown());
  console.log("stopped");
}

const url = `http://127.0.0.1:${port}`;
await talk(`${url}/api/realtime`, [sse()], publish);
console.log("itself");
console.log(`serving ${url}`);
