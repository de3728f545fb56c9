/** The server: the gateway with its tokens, and some wind. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { registry } from "halyard";
import { type App, createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { mast } from "./channels.js";

export interface Harbour {
  readonly url: string;
  readonly app: App;
  close(): Promise<void>;
}

/** Starts the server. Port 0 is any free one. */
export async function startServer({ port = 0 }: { readonly port?: number } = {}): Promise<Harbour> {
  // The secret is of this run alone. Servers that are restarted, or that are several, share one.
  const app = createRealtime({ secret: randomBytes(32).toString("hex") });
  const handler = createHandler(app, {
    channels: registry({ mast }),
    publish: true,
    // Your own check goes here: who is asking, and may they? Here anybody may look, and hoist; the wind is the server's.
    authorize: ({ publish }) => ({ publish: publish.filter((topic) => topic === "hoisted") }),
  });
  const server = createServer(toNodeHandler(handler));
  await attachWebSocket(server, app);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stopWind = blow(app);

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    app,
    async close() {
      stopWind();
      await app.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A breeze that turns and changes a little every second. */
function blow(app: App): () => void {
  let knots = 12;
  let from = 240;
  const timer = setInterval(() => {
    knots = Math.min(Math.max(knots + Math.random() * 3 - 1.5, 2), 34);
    from = (from + Math.random() * 14 - 7 + 360) % 360;
    app.publish(mast({ harbour: "kiel" }).wind, { knots, from }).catch(console.error);
  }, 1_000);
  return () => clearInterval(timer);
}
