import type { IncomingMessage } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ServerOptions, WebSocket, WebSocketServer } from "ws";
import { webSocket } from "./index.js";

let server: WebSocketServer;
/** What the wire told, in order. */
let log: unknown[];
let told: () => void;

const events = {
  open: () => tell("open"),
  frame: (text: string) => tell(text),
  closed: (code: number, reason: string) => tell([code, reason]),
};
function tell(what: unknown) {
  log.push(what);
  told();
}
/** Until so many things were told. */
const until = (count: number) =>
  new Promise<void>((resolve) => {
    told = () => log.length >= count && resolve();
    told();
  });
const pause = (milliseconds = 30) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

const wire = webSocket({ WebSocket });
const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const accepted = () =>
  new Promise<[WebSocket, IncomingMessage]>((resolve) =>
    server.once("connection", (socket, request) => resolve([socket, request])),
  );

async function listen(options: ServerOptions = {}) {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  await new Promise((resolve) => server.once("listening", resolve));
}

beforeEach(async () => {
  log = [];
  told = () => {};
  await listen();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  // No test leaves a socket behind; a closing handshake may take a moment.
  await vi.waitFor(() => expect(server.clients.size).toBe(0));
  await new Promise((resolve) => server.close(resolve));
});

describe("webSocket", () => {
  it("offers halyard.v1, and keeps the path and the query", async () => {
    const connected = accepted();
    const line = wire.connect(`${address()}/base/api/realtime?x=1`, events);
    const [socket, request] = await connected;
    expect(request.url).toBe("/base/api/realtime?x=1");
    expect(request.headers["sec-websocket-protocol"]).toBe("halyard.v1");
    expect(socket.protocol).toBe("halyard.v1");
    await until(1);
    expect(log).toEqual(["open"]);
    line.close(1000, "");
  });

  it("speaks ws: for http: and wss: for https:", () => {
    const urls: string[] = [];
    class Fake {
      readyState = 0;
      onopen = null;
      onmessage = null;
      onerror = null;
      onclose = null;
      constructor(url: string) {
        urls.push(url);
      }
      send() {}
      close() {}
    }
    const fake = webSocket({ WebSocket: Fake });
    fake.connect("http://host/x", events);
    fake.connect("https://host/http", events);
    expect(urls).toEqual(["ws://host/x", "wss://host/http"]);
  });

  it("moves frames both ways, in order", async () => {
    const connected = accepted();
    const line = wire.connect(address(), events);
    const [socket] = await connected;
    await until(1);
    const received: string[] = [];
    socket.on("message", (data, isBinary) => received.push(`${isBinary} ${data}`));
    for (const text of ["one", "two", "ünï"]) {
      line.send(text);
      socket.send(text);
    }
    await until(4);
    expect(log).toEqual(["open", "one", "two", "ünï"]);
    await vi.waitFor(() => expect(received).toEqual(["false one", "false two", "false ünï"]));
    line.close(1000, "");
  });

  it("tells the code and the reason of the other end, and nothing after that", async () => {
    const connected = accepted();
    const line = wire.connect(address(), events);
    (await connected)[0].close(4406, "halyard.v2");
    await until(2);
    line.send("too late");
    line.close(1000, "");
    await pause();
    expect(log).toEqual(["open", [4406, "halyard.v2"]]);
  });

  it("tells of a connection that was cut", async () => {
    const connected = accepted();
    wire.connect(address(), events);
    (await connected)[0].terminate();
    await until(2);
    expect(log).toEqual(["open", [1006, ""]]);
  });

  it("closes at once for its user, and with code and reason for the other end", async () => {
    const connected = accepted();
    const line = wire.connect(address(), events);
    const [socket] = await connected;
    await until(1);
    const closed = new Promise((resolve) =>
      socket.on("close", (code, reason) => resolve([code, `${reason}`])),
    );
    socket.send("on its way");
    line.close(4400, "Bad frame");
    expect(log).toEqual(["open", [4400, "Bad frame"]]);
    line.close(1000, "again");
    expect(await closed).toEqual([4400, "Bad frame"]);
    await pause();
    expect(log).toHaveLength(2);
  });

  it("can be closed while it connects", async () => {
    const line = wire.connect(address(), events);
    line.send("too early");
    line.close(1000, "");
    expect(log).toEqual([[1000, ""]]);
    await pause();
    expect(log).toHaveLength(1);
  });

  it("tells of an attempt that failed as closed(1006), whatever the reason", async () => {
    const { port } = server.address() as AddressInfo;
    // Nobody listens there.
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const free = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    wire.connect(`http://127.0.0.1:${free}`, events);
    await until(1);
    // It refuses.
    server.options.verifyClient = () => false;
    wire.connect(`http://127.0.0.1:${port}`, events);
    await until(2);
    expect(log).toEqual([
      [1006, ""],
      [1006, ""],
    ]);
  });

  it("refuses a gateway that selects no subprotocol", async () => {
    server.options.handleProtocols = () => false;
    wire.connect(address(), events);
    await until(1);
    expect(log).toEqual([[1006, ""]]);
  });

  it("gives what isn't text as something that is no frame", async () => {
    const connected = accepted();
    const line = wire.connect(address(), events);
    (await connected)[0].send(Buffer.from([1, 2, 3]));
    await until(2);
    expect(log[1]).toBeTypeOf("string");
    expect(() => JSON.parse(log[1] as string)).toThrow(SyntaxError);
    line.close(1000, "");
  });

  it("uses the global WebSocket by default, and says what to do where there is none", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => webSocket().connect("http://127.0.0.1", events)).toThrow(
      expect.objectContaining({
        code: "MISSING_PEER",
        message: expect.stringMatching(/webSocket\(\{ WebSocket \}\).*ws package/),
      }),
    );
    const Global = vi.fn();
    vi.stubGlobal("WebSocket", Global);
    webSocket().connect("http://127.0.0.1", events);
    expect(Global).toHaveBeenCalledWith("ws://127.0.0.1", "halyard.v1");
  });

  it("lets through what the platform throws", () => {
    class Insecure {
      constructor() {
        throw new DOMException("insecure", "SecurityError");
      }
    }
    const refusing = webSocket({ WebSocket: Insecure as never });
    expect(() => refusing.connect("http://127.0.0.1", events)).toThrow("insecure");
  });
});
