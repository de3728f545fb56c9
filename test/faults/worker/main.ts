/** A process of a round: a gateway, or a publisher. Its argument says how; what it is to do comes as messages. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isRealtimeError } from "halyard";
import { createHandler, createRealtime } from "halyard/server";
import { attachWebSocket, toNodeHandler } from "halyard/server/node";
import { payloadOf, roomName, roomsOf } from "../channels.js";
import { sabotage } from "../sabotage.js";
import { shiftClock } from "./clock.js";
import type { Command, PublishCall, Report, WorkerOptions } from "./protocol.js";
import { openTransport } from "./transports.js";

const options = JSON.parse(process.argv[2] ?? "{}") as WorkerOptions;
const tell = (report: Report) => process.send?.(report);

const codeOf = (error: unknown) => (isRealtimeError(error) ? error.code : "none");
/** An error with its causes, in a line. */
function textOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause === undefined ? String(message ?? error) : `${message} ← ${textOf(cause)}`;
}
const hear = (error: unknown) => tell({ type: "error", code: codeOf(error), message: textOf(error) });

const { transport, end } = await openTransport(options, hear);
const app = createRealtime({
  transport: options.isSabotaged ? sabotage(transport) : transport,
  secret: options.secret,
  onError: hear,
});
const rooms = roomsOf(options.prefix);

function publish({ call, n, channel, topic, key, size }: PublishCall): void {
  const room = rooms({ room: roomName(channel) });
  // Whether it takes keys is known of the variant, not of the type: the plan has none where it doesn't.
  const options = (key === undefined ? {} : { key }) as Record<never, never>;
  app.publish(room[topic], payloadOf(n, size), options).then(
    ({ id }) => tell({ type: "done", call, id }),
    (error: unknown) => tell({ type: "failed", call, code: codeOf(error), message: textOf(error) }),
  );
}

let server: ReturnType<typeof createServer> | undefined;

async function serve(): Promise<number> {
  // A client is taken to be dead after two of these without a sign of life.
  const limits = { heartbeat: "1s", maxUnwrittenBytes: 65_536 } as const;
  const created = createServer(toNodeHandler(createHandler(app, limits)));
  await attachWebSocket(created, app, limits);
  await new Promise<void>((resolve) => created.listen(0, "127.0.0.1", resolve));
  server = created;
  return (created.address() as AddressInfo).port;
}

async function stop(): Promise<void> {
  tell({ type: "closing", step: "app" });
  await app.close();
  tell({ type: "closing", step: "server" });
  server?.closeAllConnections();
  server?.close();
  tell({ type: "closing", step: "client" });
  await end();
  tell({ type: "closing", step: "nothing" });
  process.disconnect();
}

process.on("message", (command: Command) => {
  if (command.type === "publish") for (const call of command.calls) publish(call);
  if (command.type === "clock") shiftClock(command.offset);
  if (command.type === "revoke") {
    const { subject } = command;
    app.revoke({ subject }).then(() => tell({ type: "revoked", subject }), hear);
  }
  if (command.type === "stop") void stop().catch(hear);
});
// The harness is gone: so is its round.
process.on("disconnect", () => setTimeout(() => process.exit(1), 10_000).unref());

tell({ type: "ready", port: options.role === "gateway" ? await serve() : 0 });
