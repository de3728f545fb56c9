/** The app: publishes, and makes tokens. */
import { createRealtime } from "halyard/server";

// Next evaluates this file several times: once for pages and actions, once for route handlers. What they share, the
// messages in memory and development's secret, Halyard keeps per process. With several servers: { transport: redis(…) }.
export const app = createRealtime({
  // A route handler can't upgrade to WebSocket: a token that says so spares browsers the attempt.
  wires: ["sse"],
});
