/** Clients that stop reading what `toNodeHandler` sends them: by what they are cut, and that others aren't. */
import { createServer } from "node:http";
import { connect, Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ch } from "../handler/set-up.test-support.js";
import { toNodeHandler } from "./http.js";
import { listen } from "./raw-client.test-support.js";
import { cleanUp, cleanups, start, watchSubscriptions } from "./stream.test-support.js";

afterEach(async () => {
  vi.useRealTimers();
  await cleanUp();
  vi.restoreAllMocks();
});

const STALL = 30_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Sockets are in a hurry: 30 seconds without progress are over in a moment. */
function hurry() {
  const setTimeout = Socket.prototype.setTimeout;
  vi.spyOn(Socket.prototype, "setTimeout").mockImplementation(function (this: Socket, time, ...rest) {
    return setTimeout.call(this, time === STALL ? 20 : time, ...rest);
  });
}

/** A stream whose client has stopped reading, with more for it than its line takes. */
async function stalled(options: Parameters<typeof start>[0] = {}) {
  const started = await start({ heartbeat: "10m", ...options });
  const live = watchSubscriptions(started.transport);
  const socket = started.raw().on("error", () => undefined);
  cleanups.push(() => socket.destroy());
  socket.once("data", () => socket.pause());
  socket.write(started.request() + started.body);
  await vi.waitFor(() => expect(live()).toBe(1));
  const [line] = started.lines as [Socket];
  /** Publishes until the line takes no more. */
  const fill = async () => {
    const frame = "x".repeat(2 ** 18);
    while (!line.destroyed && line.timeout !== STALL) {
      await started.app.publish(ch.log, frame);
      await turn();
    }
    // This one stays with the gateway.
    if (!line.destroyed) await started.app.publish(ch.log, frame);
  };
  return { ...started, live, socket, line, fill };
}

/** A server whose answers have this body, and a client that reads none of it. */
async function serve(body: ReadableStream<Uint8Array>) {
  const { server, origin } = await listen(createServer(toNodeHandler(async () => new Response(body))));
  const lines: Socket[] = [];
  server.on("connection", (line) => lines.push(line));
  const socket = connect({ host: "127.0.0.1", port: Number(origin.split(":")[1]) });
  socket.on("error", () => undefined);
  cleanups.push(() => server.close());
  cleanups.push(() => server.closeAllConnections());
  cleanups.push(() => socket.destroy());
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  return { socket, server, line: lines[0] as Socket };
}

describe("a client that doesn't read", () => {
  it("is cut when its line made no progress for long, and nothing of it is left", async () => {
    hurry();
    const { fill, line, live, onError } = await stalled();
    await fill();
    await vi.waitFor(() => expect(line.destroyed).toBe(true));
    await vi.waitFor(() => expect(live()).toBe(0));
    expect(onError).not.toHaveBeenCalled();
  });

  it("is cut at its stream's age, after the grace that what is queued has", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { fill, line, live } = await stalled({ maxStreamAge: "10s" });
    await fill();
    await vi.advanceTimersByTimeAsync(10_000 + 4_000 * 0.9);
    expect(line.destroyed).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    await turn();
    expect(line.destroyed).toBe(true);
    expect(live()).toBe(0);
  });

  it("is cut when the app closes, after that grace, so that the server can close", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { app, fill, line, server } = await stalled();
    await fill();
    const closed = app.close();
    const serverClosed = new Promise((resolve) => server.close(resolve));
    await vi.advanceTimersByTimeAsync(5_000);
    await Promise.all([closed, serverClosed]);
    expect(line.destroyed).toBe(true);
  });

  it("is cut where the body breaks off while it is waited for", async () => {
    let fail = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        stream.enqueue(new Uint8Array(2 ** 25));
        fail = () => stream.error(new Error("broken"));
      },
    });
    const { line } = await serve(body);
    await vi.waitFor(() => expect(line.timeout).toBe(STALL));
    fail();
    await vi.waitFor(() => expect(line.destroyed).toBe(true));
  });

  it("is cut where the end alone waits for it", async () => {
    hurry();
    let line: Socket | undefined;
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(stream) {
          do await turn();
          while (!line);
          // Too little for the line to say that it is full.
          if (line.writableLength === 0) stream.enqueue(new Uint8Array(8192));
          else stream.close();
        },
      },
      { highWaterMark: 0 },
    );
    ({ line } = await serve(body));
    await vi.waitFor(() => expect(line?.destroyed).toBe(true), { timeout: 20_000 });
  });
});

describe("a client that reads", () => {
  it("is waited for only while something waits for it: a quiet stream isn't cut", async () => {
    const { fill, line, socket, app } = await stalled();
    expect(line.timeout ?? 0).toBe(0);
    await fill();
    expect(line.timeout).toBe(STALL);
    socket.resume();
    await vi.waitFor(() => expect(line.writableLength).toBe(0));
    await vi.waitFor(() => expect(line.timeout).toBe(0));
    await app.publish(ch.log, "more");
    await vi.waitFor(() => expect(line.bytesWritten).toBeGreaterThan(2 ** 18));
    expect(line.destroyed).toBe(false);
  });

  it("keeps the timeouts that its server has", async () => {
    const { server, origin } = await listen(
      createServer(toNodeHandler(async () => new Response("x".repeat(2 ** 20)))),
    );
    cleanups.push(() => server.close());
    cleanups.push(() => server.closeAllConnections());
    // No time limit at all between requests.
    server.keepAliveTimeout = 0;
    const lines: Socket[] = [];
    server.on("connection", (line) => lines.push(line));
    const response = await fetch(`http://${origin}`);
    expect(await response.text()).toHaveLength(2 ** 20);
    await vi.waitFor(() => expect(lines[0]?.timeout ?? 0).toBe(0));
    expect(lines[0]?.destroyed).toBe(false);
  });
});
