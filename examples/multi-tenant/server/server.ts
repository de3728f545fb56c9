/** The server: Hono, its routes, the gateway. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { registry } from "halyard";
import { type App, createHandler, createRealtime } from "halyard/server";
import { attachWebSocket } from "halyard/server/node";
import { Hono } from "hono";
import { board, office } from "../channels.js";
import { createAccess, rights } from "./access.js";
import { createBoards } from "./boards.js";
import { tenantRoutes } from "./routes.js";
import { createSessions } from "./sessions.js";

export interface Yards {
  readonly url: string;
  readonly app: App;
  close(): Promise<void>;
}

export interface YardOptions {
  /** Port 0 is any free one. */
  readonly port: number;
  /** The same on every server, and after a restart. */
  readonly secret: string;
  /** The folder of the built page, relative to the working directory. */
  readonly page: string;
}

export async function startYards({ port, secret, page }: YardOptions): Promise<Yards> {
  const app = createRealtime({ secret });
  const access = createAccess();
  const sessions = createSessions();
  const boards = createBoards(app);

  // The endpoint of Halyard's own, `POST /api/realtime/token`: it asks for each channel, by its entry in the registry.
  const handler = createHandler(app, {
    channels: registry({ board, office }),
    authorize({ request, entry, params }) {
      const user = sessions.userOf(request.headers.get("cookie") ?? "");
      const role = user && access.roleOf(user, params.tenantId);
      if (!role) return false;
      // The subject is whom `revoke` takes it back from.
      if (entry === "office") return role === "admin" && { subject: user };
      return access.hasBoard(params.tenantId, params.boardId) && { ...rights[role], subject: user };
    },
    publish: true,
  });

  const server = new Hono();
  server.all("/api/realtime/*", (c) => handler(c.req.raw));

  server.route("/api", sessions.routes(access));
  server.route("/api/tenants/:tenantId", tenantRoutes({ app, access, boards, sessions }));
  server.get("/*", serveStatic({ root: page }));

  const listening = await listen(server, port);
  await attachWebSocket(listening, app);
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    app,
    async close() {
      await app.close();
      listening.closeAllConnections();
      await new Promise((resolve) => listening.close(resolve));
    },
  };
}

function listen(server: Hono, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const made: ServerType = serve({ fetch: server.fetch, port, hostname: "127.0.0.1" }, () =>
      // Without options of its own, `serve` makes a server of HTTP/1.
      resolve(made as Server),
    );
    made.once("error", reject);
  });
}
