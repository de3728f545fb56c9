/** A gateway, and a page of React components that uses it: what tests of the hooks run in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { registry } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { root } from "../support/process.js";
import { room } from "./channels.js";

/** How long a condition is waited for, in milliseconds: machines that run tests are busy. */
const PATIENCE = 30_000;

/** How it is looked for: a page that is hidden paints no frames. */
const WAITING = { timeout: PATIENCE, polling: 50 };

/** The versions that the hooks are made for. */
export const reacts = [19, 18] as const;
export type ReactVersion = (typeof reacts)[number];

export interface PageOptions {
  /** A file below `pages/`, without its ending. */
  readonly page: string;
  /** Default 19. */
  readonly react?: ReactVersion;
  /** React's build for production, without its checks. Default `false`. */
  readonly production?: boolean;
  /** How long a token lasts. */
  readonly expiresIn?: `${number}s`;
  /** How often both ends look whether the line lives. Default: the gateway's. */
  readonly heartbeat?: `${number}s`;
  /** How much a gateway keeps for a slow line. Default: the gateway's. */
  readonly maxUnwrittenBytes?: number;
}

const createApp = () =>
  createRealtime({
    transport: memory({ history: { count: 200_000, bytes: 64 * 2 ** 20 } }),
    secret: "a secret of at least thirty-two characters",
  });

/** Serves the page with a gateway of its own. */
export async function servePage({ page, react = 19, production = false, expiresIn, ...limits }: PageOptions) {
  let app = createApp();
  const seen = { tokens: 0, streams: 0 };
  const script = await bundle(page, { react, production });
  let last = 0;
  let html = documentOf("");

  /** Starts a server. */
  async function listen(port = 0) {
    const lines = new Set<Socket>();
    const answer = toNodeHandler(
      createHandler(app, {
        ...limits,
        channels: registry({ room }),
        authorize: () => {
          seen.tokens++;
          return expiresIn ? { expiresIn } : true;
        },
      }),
    );
    const server = createServer((request, response) => {
      if (request.url === "/api/realtime") seen.streams++;
      if (request.method !== "GET") return void answer(request, response);
      if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
      else response.setHeader("content-type", "text/html").end(html);
    });
    server.on("connection", (socket) => {
      lines.add(socket);
      socket.on("close", () => lines.delete(socket));
    });
    const gateway = await attachWebSocket(server, app, limits);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const cut = () => {
      for (const socket of lines) socket.resetAndDestroy();
    };
    return {
      port: (server.address() as AddressInfo).port,
      gateway,
      cut,
      close(): Promise<unknown> {
        const closed = new Promise((resolve) => server.close(resolve));
        cut();
        return closed;
      },
    };
  }
  let server = await listen();

  return {
    get app() {
      return app;
    },
    url: `http://127.0.0.1:${server.port}`,
    seen,
    /** WebSocket connections that are open now. */
    connections: () => server.gateway.connections,
    /** Publishes the next numbers to a room, each after the one before. Gives the last one. */
    async publish(count: number, id = "1"): Promise<number> {
      for (let i = 0; i < count; i++) {
        await app.publish(room({ id }).tick, ++last);
        // The memory transport answers at once: without this, sockets would have no turn.
        if (i % 100 === 99) await new Promise(setImmediate);
      }
      return last;
    },
    /** Publishes the next numbers together, as fast as it goes. Gives the last one. */
    async publishTogether(count: number): Promise<number> {
      const { tick } = room({ id: "1" });
      await app.publishMany(Array.from({ length: count }, () => [tick, ++last] as const));
      return last;
    },
    /** Has React take over what the server rendered, from globals that it puts there. */
    render(rendered: string, globals: Readonly<Record<string, unknown>>): void {
      html = documentOf(rendered, JSON.stringify(globals));
    },
    /** Cuts every line, without a goodbye. */
    cut: () => server.cut(),
    /** Ends the server, as a crash does. */
    stop: () => server.close(),
    /** Starts it anew where it was. `forgets`: another process, which knows nothing of what was published. */
    async start(forgets = false): Promise<void> {
      if (forgets) {
        await app.close();
        app = createApp();
      }
      server = await listen(server.port);
    },
    async close(): Promise<void> {
      await app.close();
      await server.close();
    },
  };
}

export type Served = Awaited<ReturnType<typeof servePage>>;

/** A tab with one case of a page. */
export class CaseTab {
  private constructor(
    readonly page: Page,
    /** Frames that the page sent. */
    readonly sent: readonly Frame[],
    /** How many WebSockets it opened. */
    readonly sockets: readonly string[],
    /** What the console had to say, as a warning or an error, and what nobody caught. */
    readonly complaints: readonly string[],
  ) {}

  static async open(
    browser: Browser | BrowserContext,
    url: string,
    name: string,
    more = "",
  ): Promise<CaseTab> {
    const page = await browser.newPage();
    const sent: Frame[] = [];
    const sockets: string[] = [];
    const complaints: string[] = [];
    page.on("websocket", (socket) => {
      sockets.push(socket.url());
      socket.on("framesent", ({ payload }) => sent.push(JSON.parse(String(payload))));
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (["warning", "error"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(`${url}/?case=${name}${more}`);
    return new CaseTab(page, sent, sockets, complaints);
  }

  /** What the case logged under a name. */
  log<T = unknown>(name: string): Promise<T[]> {
    return this.page.evaluate((name) => (window.log[name] ?? []) as never, name);
  }

  /** Calls what the case has under a name. */
  control(name: string, value?: unknown): Promise<void> {
    return this.page.evaluate(
      async ([name, value]) => {
        await window.controls[name as string]?.(value as never);
      },
      [name, value] as const,
    );
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText();
  }

  /** Resolves when the element's text is this. */
  async untilText(selector: string, text: string): Promise<void> {
    const is = ([selector, text]: readonly [string, string]) =>
      document.querySelector<HTMLElement>(selector)?.innerText === text;
    try {
      await this.page.waitForFunction(is, [selector, text] as const, WAITING);
    } catch (cause) {
      const html = await this.page.evaluate(() => document.body.innerHTML);
      throw new Error(`${selector} never became "${text}": ${html}\n${this.complaints.join("\n")}`, {
        cause,
      });
    }
  }

  /** Resolves when so many values were logged. */
  async untilLogged(name: string, count: number): Promise<void> {
    const has = ([name, count]: readonly [string, number]) => (window.log[name]?.length ?? 0) >= count;
    try {
      await this.page.waitForFunction(has, [name, count] as const, WAITING);
    } catch (cause) {
      const { length } = await this.log(name);
      throw new Error(`"${name}" has ${length} of ${count}.\n${this.complaints.join("\n")}`, { cause });
    }
  }

  /** How many frames of a type it sent. */
  count(type: string): number {
    return this.sent.filter((frame) => frame.type === type).length;
  }
}

interface Frame {
  readonly type: string;
}

/** What a page of the server's side exports, to be rendered: `html()`. */
export async function renderOnServer<T>(page: string, react: ReactVersion): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "halyard-ssr-"));
  try {
    const code = await bundle(page, { react, production: false }, { platform: "node" });
    const file = path.join(folder, "page.mjs");
    // Packages of Node's kind look for `require`.
    writeFileSync(
      file,
      `import { createRequire } from "node:module";\nconst require = createRequire("${root}/");\n${code}`,
    );
    return (await import(pathToFileURL(file).href)) as T;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const documentOf = (html: string, globals = "{}") =>
  `<!doctype html><title>Hooks</title><link rel=icon href=data:,><div id=root>${html}</div>
<script>Object.assign(window, ${globals})</script><script type="module" src="/page.js"></script>`;

const bundled = new Map<string, Promise<string>>();

/** A page's script, as a bundler makes it of the built package, with one version of React. */
function bundle(
  page: string,
  { react, production }: { react: ReactVersion; production: boolean },
  more: BuildOptions = {},
) {
  const key = `${page} ${react} ${production} ${more.platform}`;
  const code =
    bundled.get(key) ??
    build({
      entryPoints: [path.join(root, "test/react/pages", `${page}.tsx`)],
      absWorkingDir: root,
      bundle: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      jsx: "automatic",
      alias: react === 18 ? { react: "react-18", "react-dom": "react-dom-18" } : {},
      define: { "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development") },
      write: false,
      ...more,
    }).then(({ outputFiles }) => outputFiles?.[0]?.text ?? "");
  bundled.set(key, code);
  return code;
}
