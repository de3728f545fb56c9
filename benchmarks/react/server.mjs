// @ts-check
/** One server that speaks with all of them: the gateway, socket.io, and what Inngest's client connects to. */
import { createServer } from "node:http";
import { build } from "esbuild";
import { realtime, registry, staticSchema } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import { Server as SocketIo } from "socket.io";
import { WebSocketServer } from "ws";

/** @type {typeof staticSchema<{ n: number, text: string }>} */
const tick = staticSchema;
const channel = realtime.channel({ name: "bench", topics: { tick: { schema: tick() } } });
const INNGEST = "/v1/realtime/connect";

export async function startServer() {
  const app = createRealtime({
    transport: memory(),
    secret: "a secret of at least thirty-two characters",
  });
  const answer = toNodeHandler(
    createHandler(app, { channels: registry({ channel }), authorize: () => true }),
  );
  const { outputFiles } = await build({
    entryPoints: [new URL("page.mjs", import.meta.url).pathname],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  const script = outputFiles[0]?.text;

  const server = createServer(async (request, response) => {
    if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
    else if (request.url === "/token") response.end((await app.token({ channel })).key);
    else if (request.method !== "GET") void answer(request, response);
    else {
      response
        .setHeader("content-type", "text/html")
        .end('<!doctype html><div id="root"></div><script type="module" src="/page.js"></script>');
    }
  });
  await attachWebSocket(server, app);
  const sockets = new SocketIo(server, { serveClient: false, perMessageDeflate: false });
  const inngest = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (!request.url?.startsWith(INNGEST)) return;
    inngest.handleUpgrade(request, socket, head, (one) => inngest.emit("connection", one, request));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("It listens nowhere.");

  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Sends these to whoever is connected. @param {readonly { n: number, text: string }[]} messages */
    async send(messages) {
      await app.publishMany(messages.map((data) => /** @type {const} */ ([channel.tick, data])));
      for (const data of messages) {
        sockets.emit("tick", data);
        // As Inngest's server writes it.
        const frame = JSON.stringify({
          ...{ kind: "data", data, channel: "bench", topic: "tick", created_at: new Date().toISOString() },
          env_id: "00000000-0000-4000-b000-000000000000",
        });
        for (const socket of inngest.clients) socket.send(frame);
      }
    },
    async close() {
      for (const socket of inngest.clients) socket.terminate();
      await sockets.close();
      await app.close();
      server.closeAllConnections();
    },
  };
}
