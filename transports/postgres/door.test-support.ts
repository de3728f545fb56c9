/** A TCP proxy that cuts and stalls, so that a test can take its database away. */
import { connect, createServer, type Server, type Socket } from "node:net";

export interface Door {
  /** The database's URL, by way of the proxy. */
  readonly url: string;
  /** Breaks all connections, and takes no new ones. */
  cut(): Promise<void>;
  /** Takes connections again. */
  mend(): Promise<void>;
  /** From now on, nothing gets through, though connections stay open. */
  stall(): void;
  close(): Promise<void>;
}

export async function startDoor(to: string): Promise<Door> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let server: Server;
  let port = 0;
  let isStalled = false;

  function join(here: Socket): void {
    const there = connect(Number(target.port || 5432), target.hostname);
    for (const [from, into] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (!isStalled) into.write(chunk);
      });
      from.on("error", () => into.destroy());
      from.on("close", () => {
        sockets.delete(from);
        into.destroy();
      });
    }
  }

  async function mend(): Promise<void> {
    isStalled = false;
    server = createServer(join);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    port = (server.address() as { port: number }).port;
  }

  async function cut(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await mend();
  const url = new URL(to);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    cut,
    mend,
    stall: () => {
      isStalled = true;
    },
    close: cut,
  };
}
