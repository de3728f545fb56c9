/** A TCP line that a test can cut, stall, slow down, split into small writes, refuse, and lead elsewhere. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createPump, type Pump, type Terms } from "./pump.js";
import { type Random, seeded } from "./random.js";

/** How a connection ends: `"reset"` is RST, as of a crash or a firewall; `"end"` is FIN, as of an orderly close. */
export type Cut = "reset" | "end";

export interface ProxyOptions {
  /** Where it leads: a port of this machine. {@link TcpProxy.lead} changes it. */
  readonly target: number;
  /** Sizes of splits and lengths of delays are drawn from here. Default: a fixed seed. */
  readonly random?: Random | undefined;
}

export interface TcpProxy {
  readonly port: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Connections that were ever taken, those that hang included. */
  readonly accepted: number;
  /** New connections go to this port; open ones stay where they are. */
  lead(target: number): void;
  /** Ends all open connections, at both ends. What is on its way is lost. Gives how many they were. */
  cut(how: Cut): number;
  /** The next so many connections are cut as soon as the target has sent its first bytes. */
  cutNext(times: number): void;
  /** No byte passes, either way, and nobody is told; new connections are taken, and hang. */
  stall(): void;
  /** Each chunk waits up to so many milliseconds, in order. */
  delay(milliseconds: number): void;
  /** Passes on at most so many bytes at once, each in a write of its own. */
  split(bytes: number): void;
  /** New connections are reset. */
  refuse(): void;
  /** Ends what `cutNext`, `stall`, `delay`, `split` and `refuse` began. What was held back passes. */
  heal(): void;
  /** Ends all connections, and listens no more. */
  close(): Promise<void>;
}

interface Line {
  readonly client: Socket;
  readonly pumps: Pump[];
  upstream: Socket | undefined;
}

/** Listens on a free port, and passes on what comes. */
export async function startProxy(options: ProxyOptions): Promise<TcpProxy> {
  const random = options.random ?? seeded(1);
  const terms: Terms = { isStalled: false, delay: 0, split: 0, random };
  const lines = new Set<Line>();
  // Those too that were ended, and whose other end hasn't.
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  };
  let target = options.target;
  let accepted = 0;
  let isRefusing = false;
  let cutsToCome = 0;

  function end(line: Line, how: Cut): void {
    lines.delete(line);
    for (const pump of line.pumps) pump.stop();
    for (const socket of [line.client, line.upstream]) {
      if (!socket) continue;
      if (how === "reset") socket.resetAndDestroy();
      // Read on, or the other end's FIN would never be seen.
      else socket.end().resume();
    }
  }

  /** Connects to the target: at once, or when what stalls is over. */
  function open(line: Line): void {
    const { client } = line;
    const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    line.upstream = upstream;
    track(upstream);
    upstream.on("error", () => end(line, "reset"));
    upstream.on("close", () => lines.has(line) && end(line, "reset"));
    if (cutsToCome > 0) {
      cutsToCome--;
      upstream.once("data", () => end(line, "reset"));
    }
    line.pumps.push(createPump(client, upstream, terms), createPump(upstream, client, terms));
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
    accepted++;
    client.on("error", () => {});
    track(client);
    if (isRefusing) return void client.resetAndDestroy();
    const line: Line = { client, pumps: [], upstream: undefined };
    lines.add(line);
    client.on("close", () => lines.has(line) && end(line, "reset"));
    if (!terms.isStalled) open(line);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });

  const pumpAll = () => {
    for (const { pumps } of lines) for (const pump of pumps) pump.changed();
  };

  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return lines.size;
    },
    get accepted() {
      return accepted;
    },
    lead(port) {
      target = port;
    },
    cut(how) {
      const { size } = lines;
      for (const line of lines) end(line, how);
      return size;
    },
    cutNext(times) {
      cutsToCome = times;
    },
    stall() {
      terms.isStalled = true;
      pumpAll();
    },
    delay(milliseconds) {
      terms.delay = milliseconds;
    },
    split(bytes) {
      terms.split = bytes;
    },
    refuse() {
      isRefusing = true;
    },
    heal() {
      Object.assign(terms, { isStalled: false, delay: 0, split: 0 });
      isRefusing = false;
      cutsToCome = 0;
      for (const line of lines) if (!line.upstream) open(line);
      pumpAll();
    },
    async close() {
      isRefusing = true;
      for (const line of lines) end(line, "reset");
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
