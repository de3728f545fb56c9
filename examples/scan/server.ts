/** The demo's server: the page, a call that starts a scan and one that pulls the plug, tokens, and the gateway. */
import { randomBytes } from "node:crypto";
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
import { type CurrentScan, createScanner, type Scanner } from "./scanner.js";

export interface Demo {
  readonly url: string;
  readonly app: App;
  /** Starts a scan; while one runs, that one is given. Resolves when subscribers can follow it. */
  scan(pace?: number): Promise<CurrentScan>;
  /** Stops the scan, lets clients go, closes everything. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const MiB = 2 ** 20;

/** Starts the server. Port 0 is any free one. Throws a {@link DemoError}. */
export async function startDemo({ folder, port }: { folder: string; port: number }): Promise<Demo> {
  const app = createRealtime({
    // Of this run alone. Servers that are restarted, or that are several, share one: HALYARD_SECRET.
    secret: randomBytes(32).toString("hex"),
    // Enough that a page which is opened late, or was away for long, still gets the whole scan.
    transport: memory({ history: { count: 200_000, bytes: 64 * MiB, age: "1h" }, totalBytes: 192 * MiB }),
  });
  const scanner = createScanner(app, folder);
  const realtime = createHandler(app, {
    channels: registry({ scan, scans }),
    // Your own check goes here: who is asking, and may they? Whoever sits at this machine may, see `isLocal`.
    authorize: ({ request }) => isLocal(request) && { expiresIn: "10m" },
    heartbeat: "5s",
  });

  const server = createServer();
  const cable = createCable(server);
  const handle = toNodeHandler((request) => route(request, scanner, cable, realtime));
  server.on("request", (request, response) => {
    if (cable.isCut(request)) return void request.socket.destroy();
    cable.watch(request);
    void handle(request, response);
  });
  await attachWebSocket(server, app, { heartbeat: "5s" });
  const url = await listen(server, port);

  return {
    url,
    app,
    scan: scanner.start,
    async close() {
      await scanner.stop();
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function route(
  request: Request,
  scanner: Scanner,
  cable: Cable,
  realtime: (request: Request) => Promise<Response>,
): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (!isLocal(request)) return new Response("Not from there.", { status: 403 });
  switch (`${request.method} ${pathname}`) {
    case "GET /":
      return servePage();
    case "POST /api/realtime":
    case "POST /api/realtime/token":
    case "GET /api/realtime/health":
      return realtime(request);
    case "GET /api/scans":
      return Response.json((await scanner.current()) ?? null);
    case "POST /api/scans":
      return Response.json(await scanner.start(Number(searchParams.get("pace")) || undefined));
    case "POST /api/cut": {
      const milliseconds = Math.min(Number(searchParams.get("for")) || 0, 10_000);
      return Response.json({ sockets: cable.cut(searchParams.get("page") ?? "", milliseconds) });
    }
  }
  const asset = request.method === "GET" ? await serveAsset(pathname) : undefined;
  return asset ?? new Response("There is nothing here.", { status: 404 });
}

/** Whether it was sent to this machine's own name, by no page of another site. */
function isLocal(request: Request): boolean {
  const { hostname, origin } = new URL(request.url);
  return (
    ["127.0.0.1", "localhost"].includes(hostname) && (request.headers.get("origin") ?? origin) === origin
  );
}

/** Gives the server's address. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code = "LISTEN_FAILED", message }: NodeJS.ErrnoException) => {
      reject(
        code === "EADDRINUSE"
          ? new DemoError(
              "PORT_IN_USE",
              `Port ${port} is taken. Give another with --port, or none to get a free one.`,
            )
          : new DemoError(code, `Can't listen on port ${port}: ${message}`),
      );
    });
    server.listen(port, HOST, () => resolve(`http://${HOST}:${(server.address() as AddressInfo).port}`));
  });
}
