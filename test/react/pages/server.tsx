/** What `hydration.test.ts` has a server render, and a browser take over. */
import { useRealtime, useStream, useTopic } from "halyard/react";
import { type ReactElement, useEffect, useState } from "react";
import { type Message, room } from "../channels.js";
import { log } from "./mount.js";

declare global {
  interface Window {
    /** What the server rendered the page from. */
    readonly initial: readonly Message[];
  }
}

/** All hooks, with what the server knew. */
export function Page({ messages: initialMessages }: { readonly messages: readonly Message[] }): ReactElement {
  const channel = room({ id: "1" });
  const token = () =>
    fetch("/api/realtime/token", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ channel: channel.name }),
    }).then((response) => response.text());
  const { connectionStatus, messages } = useRealtime({
    channel,
    topics: ["tick"],
    token,
    initialMessages,
    onMessage: ({ data }) => log("heard", data),
  });
  const disabled = useRealtime({ channel, topics: ["tick"], token, enabled: false });
  const note = useTopic(channel.note, { token, initialValue: { text: "none" } });
  const answer = useStream(channel.answer, { token });
  const [isMounted, setMounted] = useState(false);
  useEffect(() => setMounted(true), []);
  return (
    <main data-mounted={isMounted}>
      <output id="status">{connectionStatus}</output>
      <output id="all">{messages.all.map(({ data }) => data).join()}</output>
      <output id="disabled">{disabled.connectionStatus}</output>
      <output id="note">{note.text}</output>
      <output id="answer">{answer.status}</output>
    </main>
  );
}
