/** A TCP line of little bandwidth: what a server sends goes through slowly, and the server notices. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface ThrottledLine {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens, and passes on to `port`; towards the client at most so many bytes per second. */
export async function throttle(port: number, bytesPerSecond: number): Promise<ThrottledLine> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on("data", (chunk) => {
      client.write(chunk);
      upstream.pause();
      setTimeout(() => upstream.resume(), (chunk.byteLength / bytesPerSecond) * 1000);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
