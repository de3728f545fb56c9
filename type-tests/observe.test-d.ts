/** What hooks, `debug` and a logged wire take and are told. */
import { createClient, logged, webSocket } from "halyard/client";
import {
  createRealtime,
  type GapReason,
  RealtimeError,
  type RealtimeErrorCode,
  type RealtimeEvent,
  type RealtimeHooks,
} from "halyard/server";
import type { Transport } from "halyard/transport";
import { memory } from "halyard/transports/memory";
import { expectAssignable, expectType } from "tsd";

// Each hook's event is of its own kind, without being annotated.
createRealtime({
  on: {
    published({ type, channel, bytes, key, durationMs }) {
      expectType<"published">(type);
      expectType<string>(channel);
      expectType<number>(bytes + durationMs);
      expectType<string | undefined>(key);
    },
    gap({ reason, connection }) {
      expectType<GapReason>(reason);
      // One of this process has none.
      expectType<number | undefined>(connection);
    },
    disconnected({ connection, code, subject }) {
      expectType<number>(connection + code);
      expectType<string | undefined>(subject);
    },
    refused({ what, code }) {
      expectType<"connect" | "subscribe" | "refresh" | "token" | "publish" | "request">(what);
      expectType<RealtimeErrorCode>(code);
    },
  },
});

// One function for several, and for all: `type` tells them apart.
const log = (event: RealtimeEvent) => {
  if (event.type === "delivered") expectType<number>(event.count);
  if (event.type === "dropped") expectType<"overflow" | "unreadable">(event.reason);
};
createRealtime({ on: { published: log, delivered: log, gap: log }, transport: memory() });
createRealtime({ on: {}, debug: true });
createRealtime({ on: undefined, debug: undefined });
createRealtime({ debug: (line, event) => expectType<[string, RealtimeEvent | undefined]>([line, event]) });

// A class whose methods are hooks.
class Metrics {
  count = 0;
  published() {
    this.count++;
  }
}
expectAssignable<RealtimeHooks>(new Metrics());

// @ts-expect-error: a hook that doesn't exist would never be called.
createRealtime({ on: { publish: log } });
// @ts-expect-error: payloads are told to nobody.
createRealtime({ on: { published: (event: { payload: string }) => event } });
// @ts-expect-error
createRealtime({ on: { published: "log" } });
// @ts-expect-error
createRealtime({ debug: "yes" });
// Events are read, not changed.
createRealtime({
  on: {
    published(event) {
      // @ts-expect-error: read-only.
      event.channel = "another";
    },
  },
});

// A transport may tell of what fails in the background, or not.
expectAssignable<Transport["reportTo"]>(undefined);
createRealtime({
  transport: {
    ...memory(),
    reportTo(report) {
      report(new RealtimeError("TRANSPORT_FAILED", "gone"));
      // @ts-expect-error: errors alone, which have codes.
      report("gone");
    },
  },
});

// A logged wire is a wire.
createClient({ wires: [logged(webSocket()), logged(webSocket(), (line) => expectType<string>(line))] });
// @ts-expect-error
logged();
// @ts-expect-error
logged(webSocket(), { log: true });
