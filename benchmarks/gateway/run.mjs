// @ts-check
/**
 * The gateway beside what one would use without it. Server and clients are processes of their own; CPU and memory are the
 * server's alone. Names of parts as arguments run those alone: `node --expose-gc benchmarks/gateway/run.mjs idle`.
 */
import { fanOut } from "./fan-out.mjs";
import { idle, stalled } from "./memory.mjs";

const ws = { name: "ws", wire: "ws" };
const socketIo = { name: "socket.io", wire: "socket.io" };
const halyard = { name: "Halyard", wire: "halyard" };
const webSockets = [ws, socketIo, halyard];
const sse = [
  { name: "node:http", wire: "sse" },
  { name: "Halyard", wire: "sse" },
];

/** @type {Record<string, () => Promise<void>>} */
const parts = {
  async websocket() {
    await fanOut(webSockets, { connections: 100, messages: 1, ticks: 500 });
    await fanOut(webSockets, { connections: 100, messages: 16, ticks: 100 });
    await fanOut(webSockets, { connections: 1000, messages: 1, ticks: 100 });
    await fanOut(webSockets, { connections: 1000, messages: 16, ticks: 20 });
  },
  async sse() {
    await fanOut(sse, { connections: 100, messages: 1, ticks: 500 });
    await fanOut(sse, { connections: 100, messages: 16, ticks: 100 });
  },
  idle: () => idle(webSockets, 2000),
  "idle-sse": () => idle(sse, 2000),
  stalled: () => stalled({ connections: 1000, seconds: 10 }),
};

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
for (const name of chosen) {
  const part = parts[name];
  if (!part) throw new Error(`There is no part "${name}". There are: ${Object.keys(parts).join(", ")}.`);
  await part();
}
