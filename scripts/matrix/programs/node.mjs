// @ts-check
/** Server and client in Node, over each wire and over what the client chooses. */
import { createServer } from "node:http";
import { sse, webSocket } from "halyard/client";
import { createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { WebSocket } from "ws";
import { channels, runs } from "./channels.mjs";
import { talk } from "./talk.mjs";

const app = createRealtime({ secret: "for the matrix alone, 32 characters" });
const handler = createHandler(app, { channels, authorize: () => true });
const server = createServer(toNodeHandler(handler));
await attachWebSocket(server, app);
await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const url = `http://127.0.0.1:${port}/api/realtime`;
const publish = (/** @type {string} */ text) => app.publish(runs({ id: "42" }).status, { text });

const hasOwn = "WebSocket" in globalThis;
await talk(url, [hasOwn ? webSocket() : webSocket({ WebSocket })], publish);
console.log(`WebSocket (${hasOwn ? "the global one" : "of ws"})`);
await talk(url, [sse()], publish);
console.log("SSE");
await talk(url, undefined, publish);
console.log(`the default (${hasOwn ? "WebSocket" : "SSE, for want of a WebSocket"})`);

await app.close();
server.closeAllConnections();
server.close();
