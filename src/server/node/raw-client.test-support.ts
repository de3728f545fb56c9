/** A client of the wire protocol that does nothing by itself: tests see every frame. Runs on a real socket. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ClientOptions, WebSocket } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: frames are what the test looks at, member by member.
export type Frame = Record<string, any>;

export interface RawClient {
  readonly socket: WebSocket;
  send(frame: unknown): void;
  /** The next frame of that type; others are kept for later calls. */
  next(type: string): Promise<Frame>;
  /** The next so many messages of a subscription, as [id, payload]. */
  messages(count: number, id?: number): Promise<[string, Frame][]>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

export async function rawClient(
  url: string,
  protocols: string[] = ["halyard.v1"],
  options: ClientOptions = {},
): Promise<RawClient> {
  const socket = new WebSocket(url, protocols, options);
  const waiting: { type: string; resolve: (frame: Frame) => void; reject: (error: Error) => void }[] = [];
  const seen: Frame[] = [];
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => {
      resolve({ code, reason: String(reason) });
      for (const { type, reject } of waiting.splice(0))
        reject(new Error(`closed (${code}) before a "${type}"`));
    });
  });
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    const i = waiting.findIndex(({ type }) => type === frame.type);
    if (i >= 0) waiting.splice(i, 1)[0]?.resolve(frame);
    else seen.push(frame);
  });
  socket.on("error", () => undefined);
  await once(socket, "open");

  const next = (type: string) =>
    new Promise<Frame>((resolve, reject) => {
      const i = seen.findIndex((frame) => frame.type === type);
      if (i >= 0) return resolve(seen.splice(i, 1)[0] as Frame);
      if (socket.readyState === WebSocket.CLOSED) return reject(new Error(`closed before a "${type}"`));
      waiting.push({ type, resolve, reject });
    });

  return {
    socket,
    closed,
    next,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    async messages(count, id = 1) {
      const got: [string, Frame][] = [];
      while (got.length < count) {
        const frame = await next("messages");
        if (frame.id === id) got.push(...frame.messages);
      }
      return got;
    },
  };
}

/** A server on a free port. */
export async function listen(server: Server = createServer()): Promise<{ server: Server; origin: string }> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, origin: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}
