/** The line that the harness breaks: it passes every byte on where it is whole, and breaks as it says. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startProxy, type TcpProxy } from "./proxy.js";
import { seeded } from "./random.js";

let server: Server;
let proxy: TcpProxy;
let atServer: Socket[];
const sockets: Socket[] = [];

/** A server that gives back what it gets. */
async function echo(): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    atServer.push(socket);
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** A client's end of a line: what it got, in which pieces, and how it ended. */
function open(port = proxy.port) {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  sockets.push(socket);
  const seen = { text: "", pieces: 0, end: "", socket };
  socket.on("data", (bytes) => {
    seen.text += bytes;
    seen.pieces++;
  });
  socket.on("end", () => {
    seen.end ||= "end";
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    seen.end = error.code ?? error.message;
  });
  return seen;
}

beforeEach(async () => {
  atServer = [];
  const target = await echo();
  server = target.server;
  proxy = await startProxy({ target: target.port, random: seeded(7) });
});
afterEach(async () => {
  for (const socket of [...sockets.splice(0), ...atServer]) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

test("a whole line passes every byte, in order, both ways, and ends when its ends do", async () => {
  const line = open();
  const text = Array.from({ length: 40_000 }, (_, i) => `${i},`).join("");
  line.socket.end(text);
  await vi.waitFor(() => expect(line.end).toBe("end"), 10_000);
  expect(line.text).toBe(text);
  await vi.waitFor(() => expect(proxy.connections).toBe(0));
  expect(proxy.accepted).toBe(1);
});

test("a cut resets both ends, or ends them in order", async () => {
  const line = open();
  line.socket.write("1");
  await vi.waitFor(() => expect(line.text).toBe("1"));
  const [upstream] = atServer;
  const reset = upstream && once(upstream, "error");
  expect(proxy.cut("reset")).toBe(1);
  await vi.waitFor(() => expect(line.end).toBe("ECONNRESET"));
  expect((await reset)?.[0]).toMatchObject({ code: "ECONNRESET" });

  const second = open();
  second.socket.write("2");
  await vi.waitFor(() => expect(second.text).toBe("2"));
  expect(proxy.cut("end")).toBe(1);
  await vi.waitFor(() => expect(second.end).toBe("end"));
  expect(proxy.connections).toBe(0);
});

test("the next connections are cut once the target has answered, and then no more", async () => {
  proxy.cutNext(2);
  for (const expected of ["ECONNRESET", "ECONNRESET", ""]) {
    const line = open();
    line.socket.write("hello");
    await vi.waitFor(() => expect(line.end || line.text).toBe(expected || "hello"));
  }
});

test("while it stalls nothing passes, on old lines and new, and nobody is told; then all of it does", async () => {
  const old = open();
  old.socket.write("a");
  await vi.waitFor(() => expect(old.text).toBe("a"));
  proxy.stall();
  const young = open();
  old.socket.write("b");
  young.socket.write("c");
  // Another line shows that time enough went by for these to have passed.
  const other = await startProxy({ target: (server.address() as AddressInfo).port });
  const witness = open(other.port);
  witness.socket.write("w");
  await vi.waitFor(() => expect(witness.text).toBe("w"));
  await other.close();
  expect([old.text, young.text, old.end, young.end]).toEqual(["a", "", "", ""]);
  expect(atServer.length).toBe(2);

  proxy.heal();
  await vi.waitFor(() => expect([old.text, young.text]).toEqual(["ab", "c"]));
});

test("a stalled line takes no more than buffers hold: a sender notices", async () => {
  const line = open();
  line.socket.write("a");
  await vi.waitFor(() => expect(line.text).toBe("a"));
  proxy.stall();
  const chunk = Buffer.alloc(2 ** 20, "x");
  for (let i = 0; i < 64; i++) line.socket.write(chunk);
  expect(line.socket.writableNeedDrain).toBe(true);
  proxy.heal();
  await once(line.socket, "drain");
});

test("it splits into writes of few bytes, without a change of what they say", async () => {
  proxy.split(3);
  const line = open();
  line.socket.write("the quick brown fox jumps over the lazy dog");
  await vi.waitFor(() => expect(line.text).toBe("the quick brown fox jumps over the lazy dog"));
  expect(line.pieces).toBeGreaterThan(10);
});

test("what is delayed comes later, in order", async () => {
  proxy.delay(30);
  const line = open();
  for (let i = 0; i < 20; i++) line.socket.write(`${i},`);
  const expected = Array.from({ length: 20 }, (_, i) => `${i},`).join("");
  await vi.waitFor(() => expect(line.text).toBe(expected));
});

test("it refuses new connections and leaves old ones alone, until it heals", async () => {
  const old = open();
  old.socket.write("a");
  await vi.waitFor(() => expect(old.text).toBe("a"));
  proxy.refuse();
  const refused = open();
  await vi.waitFor(() => expect(refused.end).toBe("ECONNRESET"));
  old.socket.write("b");
  await vi.waitFor(() => expect(old.text).toBe("ab"));
  proxy.heal();
  const young = open();
  young.socket.write("c");
  await vi.waitFor(() => expect(young.text).toBe("c"));
});

test("it leads new connections elsewhere", async () => {
  const other = createServer((socket) => socket.end("other"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const old = open();
  old.socket.write("a");
  await vi.waitFor(() => expect(old.text).toBe("a"));
  proxy.lead((other.address() as AddressInfo).port);
  const young = open();
  await vi.waitFor(() => expect(young.text).toBe("other"));
  old.socket.write("b");
  await vi.waitFor(() => expect(old.text).toBe("ab"));
  young.socket.end();
  await new Promise((resolve) => other.close(resolve));
});

test("where the target is gone, it resets", async () => {
  proxy.lead(1);
  const line = open();
  await vi.waitFor(() => expect(line.end).toBe("ECONNRESET"));
});
