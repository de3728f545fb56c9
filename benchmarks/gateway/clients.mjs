// @ts-check
/**
 * The clients' process: connections that count messages, and note how long some took. Arguments: how they speak, the port, a
 * ticket. A message is known by its member `at`, which stands once in each.
 */
import { once } from "node:events";
import { request } from "node:http";
import { io } from "socket.io-client";
import { WebSocket } from "ws";
import { answer } from "./worker.mjs";

const [, , wire = "", port = "", ticket = ""] = process.argv;
const url = `ws://127.0.0.1:${port}/api/realtime`;
const MARK = Buffer.from('"at":');

let count = 0;
let gaps = 0;
let wanted = Number.POSITIVE_INFINITY;
let reached = () => {};
/** @type {number[] | undefined} */
let latencies;

/** @param {number} messages */
function add(messages) {
  count += messages;
  if (count >= wanted) reached();
}

const now = () => performance.timeOrigin + performance.now();

/** Counts the messages in bytes of a frame. @param {Buffer} bytes */
function read(bytes) {
  let messages = 0;
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) {
    messages++;
    latencies?.push(
      now() - Number.parseFloat(bytes.toString("latin1", at + MARK.length, at + MARK.length + 20)),
    );
  }
  if (messages > 0) add(messages);
  else if (bytes.includes('"type":"gap"')) gaps++;
}

/** @param {readonly string[]} [topics] those to subscribe to; none at all where the server knows no topics */
async function openWebSocket(topics) {
  const options = { perMessageDeflate: false, skipUTF8Validation: true };
  const socket = new WebSocket(url, topics ? "halyard.v1" : [], options);
  await once(socket, "open");
  if (topics) {
    socket.send(JSON.stringify({ type: "subscribe", id: 1, token: ticket, topics }));
    await new Promise((resolve) => {
      socket.on(
        "message",
        (/** @type {Buffer} */ data) => data.includes('"subscribed"') && resolve(undefined),
      );
    });
    socket.removeAllListeners("message");
  }
  socket.on("message", read);
  return socket;
}

async function openSocketIo() {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true });
  socket.on("file", (message) => {
    latencies?.push(now() - message.at);
    add(1);
  });
  await new Promise((resolve) => socket.on("connect", () => resolve(undefined)));
  return { terminate: () => socket.disconnect(), pause: () => {}, resume: () => {} };
}

/** Answers may be split anywhere, also within a mark. */
async function openSse() {
  const path = "/api/realtime";
  const headers = { "content-type": "application/json" };
  const sent = request({ host: "127.0.0.1", port, path, method: "POST", headers, agent: false });
  sent.end(
    JSON.stringify({ versions: ["halyard.v1"], subscriptions: [{ id: 1, token: ticket, topics: ["file"] }] }),
  );
  const [response] = /** @type {[import("node:http").IncomingMessage]} */ (await once(sent, "response"));
  if (response.statusCode !== 200) throw new Error(`The answer is ${response.statusCode}.`);
  let rest = Buffer.alloc(0);
  response.on("data", (chunk) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = bytes.lastIndexOf("\n\n");
    read(bytes.subarray(0, Math.max(end, 0)));
    rest = end >= 0 ? bytes.subarray(end) : bytes;
  });
  // The greeting is the first event; the answer to a subscription, if there is one, the second.
  await once(response, "data");
  return { terminate: () => sent.destroy(), pause: () => response.pause(), resume: () => response.resume() };
}

/** @type {Record<string, (topics: readonly string[]) => Promise<{ terminate(): void, pause(): void, resume(): void }>>} */
const wires = {
  ws: () => openWebSocket(),
  halyard: openWebSocket,
  "socket.io": openSocketIo,
  sse: openSse,
};

/** @type {Awaited<ReturnType<typeof openWebSocket>>[]} */
const open = [];

answer({
  /** Opens so many more connections, each subscribed. */
  async connect(/** @type {number} */ connections, topics = ["file"]) {
    const connect = wires[wire];
    if (!connect) throw new Error(`There is no wire "${wire}".`);
    for (let left = connections; left > 0; left -= 50) {
      const some = await Promise.all(Array.from({ length: Math.min(50, left) }, () => connect(topics)));
      open.push(.../** @type {any[]} */ (some));
    }
  },

  /** Resolves when so many messages came, since the last time. Gives their times on the way, in ms, where asked for. */
  async received(/** @type {number} */ messages) {
    if (count < messages) {
      await new Promise((resolve) => {
        wanted = messages;
        reached = () => resolve(undefined);
      });
    }
    wanted = Number.POSITIVE_INFINITY;
    count -= messages;
  },
  noteLatencies() {
    latencies = [];
  },
  latencies: () => latencies?.sort((a, b) => a - b),

  count: () => count,
  gaps: () => gaps,
  disconnect: () => {
    for (const socket of open.splice(0)) socket.terminate();
  },
  /** Lets the latest so many read nothing, or read again. */
  pause(/** @type {number} */ connections) {
    for (const socket of open.slice(-connections)) socket.pause();
  },
  resume(/** @type {number} */ connections) {
    for (const socket of open.slice(-connections)) socket.resume();
  },
});
