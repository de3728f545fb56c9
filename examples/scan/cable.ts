/**
 * The cable that "Drop the connection" pulls. It knows nothing of Halyard: it cuts a page's TCP connection in the middle of
 * whatever is being sent (a reset, not a goodbye), and lets nothing of that page through for a while.
 */
import type { IncomingMessage, Server } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface Cable {
  /** Whether this request comes from a page that is cut off. */
  isCut(request: IncomingMessage): boolean;
  /** Minds the connection of a request: over SSE, that is what carries the messages. */
  watch(request: IncomingMessage): void;
  /** Cuts a page off. Says how many sockets that hit. */
  cut(page: string, milliseconds: number): number;
}

/** Watches a server's upgrades, and what requests it is shown; pages tell themselves apart by `?page=` in the URL. Call it before any other listener is there. */
export function createCable(server: Server): Cable {
  const sockets = new Map<string, Set<Duplex>>();
  const cutOff = new Map<string, number>();

  const isCut = (request: IncomingMessage) => performance.now() < (cutOff.get(pageOf(request)) ?? 0);

  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    // With a second listener the gateway leaves what isn't its own to us.
    if (isCut(request) || !request.url?.startsWith("/api/realtime")) return reset(socket);
    mind(pageOf(request), socket);
  });

  function mind(page: string, socket: Duplex): void {
    const open = sockets.get(page) ?? new Set();
    // A kept-alive socket carries one request after the other.
    if (open.has(socket)) return;
    sockets.set(page, open.add(socket));
    socket.on("close", () => {
      open.delete(socket);
      if (open.size === 0) sockets.delete(page);
    });
  }

  return {
    isCut,
    watch(request) {
      const page = pageOf(request);
      if (page) mind(page, request.socket);
    },
    cut(page, milliseconds) {
      cutOff.set(page, performance.now() + milliseconds);
      setTimeout(() => {
        if (performance.now() >= (cutOff.get(page) ?? 0)) cutOff.delete(page);
      }, milliseconds + 100).unref();
      const open = [...(sockets.get(page) ?? [])];
      for (const socket of open) reset(socket);
      return open.length;
    },
  };
}

const pageOf = ({ url = "/" }: IncomingMessage) => new URLSearchParams(url.split("?")[1]).get("page") ?? "";

function reset(socket: Duplex): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
  else socket.destroy();
}
