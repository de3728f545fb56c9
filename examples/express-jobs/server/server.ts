/** The server: Express with sessions, jobs, tokens, and the gateway. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler } from "express";
import { type RegistryMatch, registry } from "halyard";
import { createHandler } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { ZodError } from "zod";
import { desk, job, orderSchema, workshop } from "../channels.js";
import type { Backend } from "./backend.js";
import { nameSchema, readSession, signedIn, startSession } from "./sessions.js";

export interface ServerOptions {
  readonly backend: Backend;
  readonly port: number;
  /** Signs the sessions' cookies. */
  readonly secret: string;
  /** The folder of the built page. */
  readonly page: string;
}

/** How many jobs may wait. */
const MOST_WAITING = 100;

const channels = registry({ desk, job, workshop });

/** Starts it. Port 0 is any free one. */
export async function startServer({ backend, port, secret, page }: ServerOptions) {
  const { app, queue, tellLoad } = backend;
  const server = express();
  server.use(express.json(), readSession(secret));

  server.post("/api/session", (request, response) => {
    const { name } = nameSchema.parse(request.body);
    startSession(response, name, secret);
    response.json({ user: name });
  });

  server.get("/api/session", (_, response) => {
    response.json({ user: response.locals.user ?? null });
  });

  /** What a page begins with. It goes on from there. */
  server.get("/api/desk", signedIn, async (_, response) => {
    const { user } = response.locals;
    const [ordered, load] = await Promise.all([
      app.history({ channel: desk({ user }), limit: 500 }),
      queue.load(),
    ]);
    response.json({ user, ordered, load });
  });

  server.post("/api/jobs", signedIn, async (request, response) => {
    const { user } = response.locals;
    const order = orderSchema.parse(request.body);
    if ((await queue.load()).waiting >= MOST_WAITING) {
      response.status(503).json({ error: "Too many wait already. Try again later." });
      return;
    }
    const jobId = randomUUID();
    const { position: from } = await app.history({ channel: job({ jobId }) });
    await queue.add({ ...order, jobId, owner: user });
    await app.publish(desk({ user }).added, { ...order, jobId, from });
    await tellLoad();
    response.status(202).json({ jobId });
  });

  /** A token for one channel, if it is theirs to read. */
  server.post("/api/token", signedIn, async (request, response) => {
    const { user } = response.locals;
    const match = channels.match(String(request.body?.channel));
    if (match && (await mayRead(user, match))) {
      const { channel, topics } = match;
      response.json(await app.token({ channel: channel.name, topics, subject: user }));
    } else response.status(403).json({ error: "That isn't yours to read." });
  });

  async function mayRead(user: string, match: RegistryMatch<typeof channels.channels>): Promise<boolean> {
    if (match.entry === "desk") return match.params.user === user;
    if (match.entry === "job") return owns(user, match.params.jobId);
    return true;
  }
  const owns = async (user: string, jobId: string) => (await queue.find(jobId))?.owner === user;

  server.use("/api/realtime", toNodeHandler(createHandler(app)));
  server.use(express.static(page));
  server.use(explain);

  const http = createServer(server);
  await attachWebSocket(http, app);
  await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      await backend.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Says what was wrong with what was sent; of what went wrong here, only that it did. */
const explain: ErrorRequestHandler = (error, _, response, next) => {
  if (response.headersSent) next(error);
  else if (error instanceof ZodError) response.status(400).json({ error: error.issues[0]?.message });
  else if (error.status < 500) response.status(error.status).json({ error: error.message });
  else {
    console.error(error);
    response.status(500).json({ error: "Something went wrong." });
  }
};
