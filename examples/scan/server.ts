/** The demo's server: the page, two calls that start a scan and pull the plug, tokens, and the gateway. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { registry } from "halyard";
import { type App, createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import { serveAsset, servePage } from "./assets.js";
import { type Cable, createCable } from "./cable.js";
import { scan, scans } from "./channels.js";
import { DemoError } from "./errors.js";
import { type StartedScan, startScan } from "./job.js";

export interface Demo {
  readonly url: string;
  readonly app: App;
  /** Starts a scan; while one runs, that one is given. Resolves when subscribers can follow it. */
  scan(pace?: number): Promise<RunningScan>;
  /** Stops the scan, lets clients go, closes everything. */
  close(): Promise<void>;
}

/** A scan, and the id of the message that announced it: subscribe to `scans` after that, and you miss no later one. */
export interface RunningScan extends StartedScan {
  readonly announced: string;
}

const HOST = "127.0.0.1";

/** Starts the server. Port 0 is any free one. Throws a {@link DemoError}. */
export async function startDemo({ folder, port }: { folder: string; port: number }): Promise<Demo> {
  const app = createRealtime({
    // Kept long enough that a page which is opened late still gets the whole scan.
    transport: memory({ history: { count: 200_000, bytes: 64 * 2 ** 20, age: "1h" }, totalBytes: 192 * 2 ** 20 }),
  });
  const stopped = new AbortController();
  let running: Promise<RunningScan> | undefined;
  let finished: Promise<void> = Promise.resolve();
  let isOver = true;

  async function begin(pace: number | undefined): Promise<RunningScan> {
    const scanId = crypto.randomUUID().slice(0, 8);
    const job = await startScan(app, { scanId, folder, pace, signal: stopped.signal });
    finished = job.finished.finally(() => {
      isOver = true;
    });
    finished.catch((error) => console.error("The scan failed:", error));
    return { ...job.started, announced: job.id };
  }

  const demo = {
    app,
    scan(pace?: number) {
      if (!running || isOver) {
        isOver = false;
        running = begin(pace);
      }
      return running;
    },
    current: () => running,
  };

  const server = createServer();
  const cable = createCable(server);
  const realtime = createHandler(app, {
    channels: registry({ scan, scans }),
    // Here stands your own check: who is asking, and may they? This server is reached from this machine alone, and
    // everyone on it may look; but no page of another site, nor one that gave its name this address.
    authorize: ({ request }) => isLocal(request) && { expiresIn: "10m" },
  });
  const handle = toNodeHandler((request) => route(request, demo, cable, realtime));
  server.on("request", (request, response) => {
    if (cable.isCut(request)) request.socket.destroy();
    else void handle(request, response);
  });
  server.on("upgrade", (request, socket) => {
    if (!request.url?.startsWith("/api/realtime")) socket.destroy();
  });
  await attachWebSocket(server, app, { heartbeat: "5s" });
  const url = `http://${HOST}:${await listen(server, port)}`;

  return {
    url,
    app,
    scan: demo.scan,
    async close() {
      stopped.abort();
      await running?.catch(() => {});
      await finished.catch(() => {});
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Scans {
  scan(pace?: number): Promise<RunningScan>;
  current(): Promise<RunningScan> | undefined;
}

async function route(
  request: Request,
  demo: Scans,
  cable: Cable,
  realtime: (request: Request) => Promise<Response>,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.startsWith("/api/realtime/")) return realtime(request);
  if (request.method === "GET") {
    if (pathname === "/") return servePage();
    if (pathname === "/favicon.ico") return new Response(null, { status: 204 });
    if (pathname === "/api/scans") return Response.json((await demo.current()) ?? null);
    return (await serveAsset(pathname)) ?? new Response("There is nothing here.", { status: 404 });
  }
  // What changes something comes from our own page, not from another site's form.
  if (request.method !== "POST" || !isLocal(request)) return new Response("Not this way.", { status: 403 });
  if (pathname === "/api/scans") {
    const pace = Number(searchParams.get("pace"));
    return Response.json(await demo.scan(pace > 0 ? pace : undefined));
  }
  if (pathname === "/api/cut") {
    const milliseconds = Math.min(Number(searchParams.get("for")) || 0, 10_000);
    return Response.json({ sockets: cable.cut(searchParams.get("page") ?? "", milliseconds) });
  }
  return new Response("There is nothing here.", { status: 404 });
}

/** Whether it was sent by this server's own page, under this machine's own name. */
function isLocal(request: Request): boolean {
  const { host, hostname } = new URL(request.url);
  const origin = request.headers.get("origin");
  return ["127.0.0.1", "localhost"].includes(hostname) && (origin === null || new URL(origin).host === host);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        const remedy = "Choose another with --port, or leave it out to get a free one.";
        reject(new DemoError("PORT_IN_USE", `Port ${port} is taken. ${remedy}`));
      } else reject(new DemoError(error.code ?? "LISTEN_FAILED", `Can't listen on port ${port}: ${error.message}`));
    });
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}
