/** The gateway: the only part that isn't Python. It knows the channels and the secret, and nobody's account. */
import type { Server } from "node:http";
import { registry } from "halyard";
import { type App, createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { tide } from "./channels.js";

export interface GatewayOptions {
  /** The same that Python mints with: at least 32 characters. */
  readonly secret: string;
  /** Where the page is: pages of other origins aren't served. */
  readonly origin: string;
}

/** Serves `/api/realtime` on a server of Node's. There is no `authorize`: tokens are FastAPI's to give. */
export async function serveGateway(server: Server, { secret, origin }: GatewayOptions): Promise<App> {
  const app = createRealtime({ secret });
  const handler = createHandler(app, {
    channels: registry({ tide }),
    // A job publishes more often than a person does.
    publish: { perSecond: 200, burst: 400 },
    origins: [origin],
  });
  server.on("request", toNodeHandler(handler));
  await attachWebSocket(server, app, { origins: [origin] });
  return app;
}
