/** The page of `basics.test.ts`. */
import { useRealtime } from "halyard/react";
import { type ReactElement, useEffect, useReducer } from "react";
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

mount({ inline: Inline, fifty: Fifty });
