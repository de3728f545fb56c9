/** A TCP line between a client and a server, in a test's hands. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Relay {
  readonly port: number;
  /** Both ends of each connection. */
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

export interface RelayOptions {
  /** Brings to the client what the server sends. Default: as it comes. */
  readonly carry?: (upstream: Socket, client: Socket) => void;
  /** Whether a connection is let through. Default: every one. */
  readonly accepts?: () => boolean;
}

/** Listens, and passes on to the server at this port. */
export async function relay(
  to: number,
  { carry = (upstream, client) => void upstream.pipe(client), accepts = () => true }: RelayOptions = {},
): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (!accepts()) return void client.resetAndDestroy();
    const upstream = connect(to, "127.0.0.1");
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
    carry(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
