/** The page of `basics.test.ts`. */
import { RealtimeProvider, useRealtime, useStream, useTopic } from "halyard/react";
import * as React from "react";
import { Fragment, type ReactElement, useEffect, useReducer, useState } from "react";
import { room } from "../channels.js";
import { control, log, mount } from "./mount.js";

const fetchToken = async (channel: string): Promise<string> => {
  const response = await fetch("/api/realtime/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel }),
  });
  return response.text();
};

/** React 18 has none. */
const Activity = React.Activity ?? Fragment;

/** Everything that a component may write in place. */
function Inline(): ReactElement {
  const [renders, again] = useReducer((count: number) => count + 1, 0);
  control("again", again);
  const { connectionStatus, messages } = useRealtime({
    channel: room({ id: "1" }),
    topics: renders % 2 ? ["tick", "note"] : ["note", "tick"],
    token: () => fetchToken("room:1"),
    onMessage: ({ data }) => log("onMessage", data),
  });
  useEffect(() => log("delta", ...messages.delta.map(({ data }) => data)), [messages.delta]);
  return (
    <>
      <output id="status">{connectionStatus}</output>
      <output id="last">{messages.byTopic.tick?.data}</output>
      <output id="count">{messages.all.length}</output>
      <output id="renders">{renders}</output>
    </>
  );
}

function Row({ i }: { readonly i: number }): ReactElement {
  const { messages } = useRealtime({
    channel: room({ id: "1" }),
    topics: ["tick"],
    token: () => fetchToken("room:1"),
  });
  return <li>{messages.last?.data ?? `${i} has none`}</li>;
}

function Fifty(): ReactElement {
  return (
    <ol>
      {Array.from({ length: 50 }, (_, i) => (
        <Row key={i} i={i} />
      ))}
    </ol>
  );
}

/** Each renders for what it selects, and for nothing else. */
function Selecting(): ReactElement {
  return (
    <>
      <Openness />
      <Halves />
      <Listening />
    </>
  );
}

function Openness(): ReactElement {
  const isOpen = useRealtime({
    channel: room({ id: "1" }),
    topics: ["tick", "note"],
    token: () => fetchToken("room:1"),
    select: ({ connectionStatus }) => connectionStatus === "open",
  });
  log("renders of isOpen", isOpen);
  return <output id="open">{String(isOpen)}</output>;
}

function Halves(): ReactElement {
  const { late } = useRealtime({
    channel: room({ id: "1" }),
    topics: ["note", "tick"],
    token: () => fetchToken("room:1"),
    select: ({ messages }) => ({ late: Number(messages.byTopic.tick?.data ?? 0) > 5, nothing: [].length }),
  });
  log("renders of late", late);
  return <output id="late">{String(late)}</output>;
}

function Listening(): ReactElement {
  useRealtime({
    channel: room({ id: "1" }),
    topics: ["tick", "note"],
    token: () => fetchToken("room:1"),
    select: () => null,
    onMessage: {
      tick: ({ data }) => log("heard", data),
      note: ({ data }) => log("notes", data.text),
    },
  });
  log("renders of null", null);
  return <i />;
}

/** What goes with a provider, and a channel that may be another one. */
function Provided(): ReactElement {
  return (
    <RealtimeProvider
      token={({ channel, topics }) => {
        log("wanted", channel, ...topics);
        return fetchToken(channel);
      }}
    >
      <Switch />
    </RealtimeProvider>
  );
}

function Switch(): ReactElement {
  const [id, setId] = useState<string | undefined>("1");
  const [enabled, setEnabled] = useState(true);
  control("switch", (id) => setId(id));
  control("enable", (enabled) => setEnabled(enabled ?? false));
  const { connectionStatus, pauseReason, isPaused, messages, reset } = useRealtime({
    channel: id === undefined ? null : room({ id }),
    topics: ["tick"],
    enabled,
    onMessage: ({ data }) => log("heard", data),
  });
  control("reset", reset);
  const value = useTopic(id === undefined ? undefined : room({ id }).tick, { initialValue: 0, enabled });
  return (
    <>
      <output id="status">{`${connectionStatus} ${pauseReason} ${isPaused}`}</output>
      <output id="all">{messages.all.map(({ data }) => data).join()}</output>
      <output id="value">{value}</output>
    </>
  );
}

/** One that pauses, while another that shares its subscription goes on. */
function Pausing(): ReactElement {
  const [enabled, setEnabled] = useState(true);
  control("enable", (enabled) => setEnabled(enabled ?? false));
  const options = {
    channel: room({ id: "1" }),
    topics: ["tick"],
    token: () => fetchToken("room:1"),
  } as const;
  const { connectionStatus, messages } = useRealtime({
    ...options,
    enabled,
    onMessage: ({ data }) => log("heard", data),
  });
  useEffect(() => log("delta", ...messages.delta.map(({ data }) => data)), [messages.delta]);
  const last = useTopic(room({ id: "1" }).tick, options);
  return (
    <>
      <output id="status">{connectionStatus}</output>
      <output id="own">{messages.last?.data}</output>
      <output id="last">{last}</output>
    </>
  );
}

/** A component that is hidden, and shown again. */
function Hiding(): ReactElement {
  const [isShown, setShown] = useState(true);
  control("show", (shown) => setShown(shown ?? false));
  return (
    <Activity mode={isShown ? "visible" : "hidden"}>
      <Inline />
    </Activity>
  );
}

/** What goes wrong. */
function Failing(): ReactElement {
  const { connectionStatus, error } = useRealtime({
    channel: "room:1",
    topics: ["tick"],
    onError: ({ code }) => log("onError", code),
  });
  const other = useRealtime({
    channel: room({ id: "1" }),
    // Who has no compiler may write this.
    topics: ["typo" as "tick"],
    token: () => fetchToken("room:1"),
  });
  return (
    <>
      <output id="status">{`${connectionStatus} ${error?.code}`}</output>
      <output id="other">{`${other.connectionStatus} ${other.error?.code}`}</output>
    </>
  );
}

/** A stream, and whoever joins late. */
function Streaming(): ReactElement {
  const [isLate, setLate] = useState(false);
  control("join", () => setLate(true));
  return (
    <>
      <Answer id="answer" />
      {isLate && <Answer id="late" />}
    </>
  );
}

function Answer({ id }: { readonly id: string }): ReactElement {
  const { status, text, chunks, error } = useStream(room({ id: "1" }).answer, {
    token: () => fetchToken("room:1"),
  });
  return <output id={id}>{[status, text, chunks.length, error?.code].join("|")}</output>;
}

mount({
  inline: Inline,
  fifty: Fifty,
  selecting: Selecting,
  provided: Provided,
  pausing: Pausing,
  hiding: Hiding,
  failing: Failing,
  streaming: Streaming,
});
