// @ts-check
/** What is compared: each starts on a `node:http` server, and publishes a payload to everybody who is connected. */
import { createServer } from "node:http";
import { realtime, staticSchema } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { memory } from "halyard/transports/memory";
import { Server } from "socket.io";
import { WebSocketServer } from "ws";

/**
 * @typedef {object} Contestant
 * @property {import("node:http").Server} server
 * @property {(payloads: readonly object[], topic?: "file" | "bulk") => unknown} publish what one turn of the event loop has
 * @property {() => unknown} [ticket] what a client needs to subscribe
 * @property {() => number} connections
 */

const schema = /** @type {typeof staticSchema<object>} */ (staticSchema)();
const channel = realtime.channel({ name: "bench", topics: { file: { schema }, bulk: { schema } } });

/** `ws` as its documentation shows it: one `send` per client and message. */
function rawWebSocket() {
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: "/api/realtime" });
  sockets.on("connection", (socket) => {
    socket.on("message", () => {});
    socket.on("error", () => {});
  });
  return {
    server,
    /** @param {readonly object[]} payloads */
    publish(payloads) {
      for (const payload of payloads) {
        const json = JSON.stringify(payload);
        for (const socket of sockets.clients) socket.send(json);
      }
    },
    connections: () => sockets.clients.size,
  };
}

function socketIo() {
  const server = createServer();
  const io = new Server(server, { transports: ["websocket"], serveClient: false });
  io.on("connection", (socket) => socket.join("bench"));
  return {
    server,
    /** @param {readonly object[]} payloads */
    publish(payloads) {
      for (const payload of payloads) io.to("bench").emit("file", payload);
    },
    connections: () => io.engine.clientsCount,
  };
}

/** @param {Record<string, unknown>} options */
async function halyard(options = {}) {
  // Its clients are of one subject; nothing else differs from the defaults.
  const app = createRealtime({ transport: memory(), secret: "a secret of at least thirty-two characters" });
  const server = createServer(toNodeHandler(createHandler(app)));
  const gateway = await attachWebSocket(server, app, options);
  return {
    server,
    /** @param {readonly object[]} payloads @param {"file" | "bulk"} topic */
    publish: (payloads, topic = "file") =>
      Promise.all(payloads.map((payload) => app.publish(channel[topic], payload))),
    ticket: async () => (await app.token({ channel, expiresIn: "1h" })).key,
    connections: () => gateway.connections,
  };
}

/** Server-sent events as tutorials show them: one `write` per client and message. */
function rawSse() {
  /** @type {Set<import("node:http").ServerResponse>} */
  const responses = new Set();
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write(": hello\n\n");
    responses.add(response);
    response.on("close", () => responses.delete(response));
  });
  return {
    server,
    /** @param {readonly object[]} payloads */
    publish(payloads) {
      for (const payload of payloads) {
        const json = JSON.stringify(payload);
        for (const response of responses) response.write(`data: ${json}\n\n`);
      }
    },
    connections: () => responses.size,
  };
}

/** @type {Record<string, (options?: any) => Contestant | Promise<Contestant>>} */
export const contestants = { ws: rawWebSocket, "socket.io": socketIo, Halyard: halyard, "node:http": rawSse };
