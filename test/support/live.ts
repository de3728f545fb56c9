/** A server with both wires, a page that subscribes, and a line between them that the test can cut. */
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { build } from "esbuild";
import { realtime, registry, staticSchema } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Asked, Log } from "../pages/wires.js";
import { root } from "./process.js";

export const room = realtime.channel({
  name: "room:{id}",
  topics: { tick: { schema: staticSchema<number>() }, other: { schema: staticSchema<number>() } },
});

export type WireName = "websocket" | "sse";

/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
const PATIENCE = 60_000;

/** What a test may vary. */
export interface LiveOptions {
  readonly expiresIn?: `${number}s`;
  /** Resets every attempt to upgrade, as a proxy does that knows no WebSocket. */
  readonly blocksWebSocket?: boolean;
  readonly maxUnwrittenBytes?: number;
}

export async function startLive({ expiresIn, blocksWebSocket = false, ...limits }: LiveOptions = {}) {
  const transport = memory({ history: { count: 200_000, bytes: 64 * 2 ** 20 } });
  const app = createRealtime({ transport, secret: "a secret of at least thirty-two characters" });
  const handler = createHandler(app, {
    channels: registry({ room }),
    authorize: () => (expiresIn ? { expiresIn } : true),
    heartbeat: "1s",
    ...limits,
  });
  const script = await bundle();
  const seen = { tokens: 0, streams: 0 };
  const openStreams = new Set<IncomingMessage>();
  const upgraded = new Set<Socket>();

  const server = createServer();
  const answer = toNodeHandler(handler);
  server.on("request", (request, response) => {
    const { method, url } = request;
    if (method === "GET") {
      const [type, body] =
        url === "/page.js" ? ["text/javascript", script] : ["text/html", pageOf(url ?? "/")];
      response.setHeader("content-type", type).end(body);
      return;
    }
    if (url === "/api/realtime/token") seen.tokens++;
    if (url === "/api/realtime") {
      seen.streams++;
      openStreams.add(request);
      response.on("close", () => openStreams.delete(request));
    }
    void answer(request, response);
  });
  server.on("upgrade", (_, socket) => {
    // A server without TLS gives sockets.
    if (blocksWebSocket) return void (socket as Socket).resetAndDestroy();
    upgraded.add(socket as Socket);
    socket.on("close", () => upgraded.delete(socket as Socket));
  });
  const gateway = await attachWebSocket(server, app, { heartbeat: "1s", ...limits });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let last = 0;

  return {
    app,
    url,
    seen,
    /** Connections that carry frames, by wire. */
    connections: () => ({ websocket: gateway.connections, sse: openStreams.size }),
    /** Publishes the next numbers to a room, each after the one before. Gives the last one. */
    async publish(count: number, id = "1"): Promise<number> {
      for (let i = 0; i < count; i++) {
        await app.publish(room({ id }).tick, ++last);
        // The memory transport answers at once: without this, sockets would have no turn.
        if (i % 100 === 99) await new Promise(setImmediate);
      }
      return last;
    },
    /** Cuts every line that carries frames, without a goodbye. */
    cut(): void {
      for (const socket of upgraded) socket.resetAndDestroy();
      for (const { socket } of openStreams) if (socket instanceof Socket) socket.resetAndDestroy();
    },
    async close(): Promise<void> {
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Live = Awaited<ReturnType<typeof startLive>>;

/** A tab that subscribes. */
export class Tab {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser | BrowserContext, url: string): Promise<Tab> {
    const page = await browser.newPage();
    await page.goto(url);
    return new Tab(page);
  }

  /** Resolves when the gateway has answered. */
  subscribe(asked: Partial<Asked> = {}): Promise<void> {
    return this.page.evaluate((asked) => window.halyard.open(asked), { id: "1", room: "1", ...asked });
  }

  async log(id = "1"): Promise<Log> {
    const log = await this.page.evaluate((id) => window.halyard.log(id), id);
    if (!log) throw new Error(`The page has no subscription "${id}".`);
    return log;
  }

  /** Resolves when this number was received. */
  async untilReceived(number: number, id = "1"): Promise<void> {
    const has = ([number, id]: readonly [number, string]) =>
      window.halyard.log(id)?.numbers.includes(number) === true;
    try {
      await this.page.waitForFunction(has, [number, id] as const, { timeout: PATIENCE });
    } catch (cause) {
      throw new Error(`It never received ${number}: ${JSON.stringify(await this.log(id))}`, { cause });
    }
  }

  /** Resolves when this status was told last. */
  async untilStatus(status: string, id = "1"): Promise<void> {
    const has = ([status, id]: readonly [string, string]) =>
      window.halyard.log(id)?.statuses.at(-1) === status;
    try {
      await this.page.waitForFunction(has, [status, id] as const, { timeout: PATIENCE });
    } catch (cause) {
      throw new Error(`It never was ${status}: ${JSON.stringify(await this.log(id))}`, { cause });
    }
  }
}

const pageOf = (
  url: string,
) => `<!doctype html><title>${url.replace(/\W/g, "")}</title><link rel=icon href=data:,>
${url === "/" ? '<script type="module" src="/page.js"></script>' : "<p>Somewhere else.</p>"}`;

let bundled: Promise<string> | undefined;

/** The page's script, as a bundler makes it of the built package. */
function bundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [`${root}/test/pages/wires.ts`],
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  }).then(({ outputFiles: [file] }) => file?.text ?? "");
  return bundled;
}
