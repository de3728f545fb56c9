/** The page of `network.test.ts`: a component on a line that breaks. */
import { sse, webSocket } from "halyard/client";
import { useRealtime, useTopic } from "halyard/react";
import { type ReactElement, useEffect, useRef } from "react";
import { room } from "../channels.js";
import { log, mount } from "./mount.js";
import { fetchToken } from "./token.js";

const asked = new URLSearchParams(location.search);
const wires = [asked.get("wire") === "sse" ? sse() : webSocket()];

/** Shows how things stand, and keeps a log of it: each status once, in order. */
function Line(): ReactElement {
  const { connectionStatus, messages, gap, error, isPaused, pauseReason } = useRealtime({
    channel: room({ id: "1" }),
    topics: ["tick"],
    token: () => fetchToken("room:1"),
    wires,
    pauseOnHidden: !asked.has("stay"),
    // Tests are in a hurry.
    reconnectMinMs: 50,
    reconnectMaxMs: 500,
    onMessage: ({ data }) => log("onMessage", data),
    onGap: ({ reason }) => log("onGap", reason),
    onError: ({ code }) => log("onError", code),
  });
  const value = useTopic(room({ id: "1" }).tick, {
    token: () => fetchToken("room:1"),
    wires,
    pauseOnHidden: !asked.has("stay"),
    reconnectMinMs: 50,
    reconnectMaxMs: 500,
  });
  // In StrictMode an effect may run twice for one render.
  const before = useRef<unknown>(undefined);
  useEffect(() => {
    if (before.current !== messages.delta) log("delta", ...messages.delta.map(({ data }) => data));
    before.current = messages.delta;
  }, [messages.delta]);
  const status = isPaused ? `${connectionStatus} ${pauseReason}` : connectionStatus;
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (shown.current !== status) log("statuses", status);
    shown.current = status;
  }, [status]);
  return (
    <>
      <output id="status">{status}</output>
      <output id="last">{messages.last?.data}</output>
      <output id="value">{value}</output>
      <output id="gap">{gap?.reason}</output>
      <output id="error">{error?.code}</output>
    </>
  );
}

mount({ line: Line });
