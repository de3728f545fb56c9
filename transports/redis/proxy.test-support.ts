/** A TCP proxy, so that a line can be cut, held up, or lead elsewhere. */
import { connect, createServer, type Socket } from "node:net";

export interface Proxy {
  readonly url: string;
  /** The port that new connections lead to. */
  target: number;
  /** Nothing comes back from the server. */
  holdAnswers: boolean;
  /** Nothing passes, either way, while connections stay. */
  hold: boolean;
  /** New connections are closed at once. */
  refuse: boolean;
  /** Connections that were made to it. */
  readonly count: number;
  /** Breaks all connections. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(target: number, host = "127.0.0.1"): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A cut line is what it is for.
    socket.on("error", () => {});
    return socket.setNoDelay(true);
  };
  let count = 0;
  const server = createServer((near) => {
    count++;
    keep(near);
    if (proxy.refuse) return void near.destroy();
    const far = keep(connect(proxy.target, host));
    near.on("data", (data) => proxy.hold || far.write(data));
    far.on("data", (data) => proxy.hold || proxy.holdAnswers || near.write(data));
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  const proxy = {
    url: `redis://127.0.0.1:${address.port}`,
    target,
    holdAnswers: false,
    hold: false,
    refuse: false,
    get count() {
      return count;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}
