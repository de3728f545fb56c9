import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createClient, webSocket } from "./index.js";

it("subscribes over a real socket, resumes after a cut, and leaves nothing behind", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const subscribes: unknown[] = [];
  let offset = 0;
  server.on("connection", (socket) => {
    socket.send('{"type":"welcome","heartbeat":15000,"limits":{"frame":65536,"subscriptions":100}}');
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type !== "subscribe") return;
      subscribes.push(frame);
      const payload = { topic: "status", data: offset, createdAt: 0 };
      socket.send(JSON.stringify({ type: "subscribed", id: frame.id, position: frame.after ?? "e.0" }));
      socket.send(JSON.stringify({ type: "messages", id: frame.id, messages: [[`e.${++offset}`, payload]] }));
      if (offset < 3) setTimeout(() => socket.terminate(), 10);
    });
  });

  const client = createClient({ wires: [webSocket({ WebSocket })], random: () => 0.01 });
  const token = { channel: "c", topics: ["status"], key: "k", url: `http://127.0.0.1:${port}/x` };
  const got: string[] = [];
  for await (const { id } of await client.subscribe({ token })) {
    got.push(id);
    if (got.length === 3) break;
  }
  expect(got).toEqual(["e.1", "e.2", "e.3"]);
  expect(subscribes).toMatchObject([{ id: 1 }, { id: 1, after: "e.1" }, { id: 1, after: "e.2" }]);
  await vi.waitFor(() => expect(server.clients.size).toBe(0));
  await new Promise((resolve) => server.close(resolve));
});
