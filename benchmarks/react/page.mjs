/** The page: one component for each contestant, which shows the last number and how many it holds. */
import { realtime, staticSchema } from "halyard";
import { useRealtime, useTopic } from "halyard/react";
import { useRealtime as useInngest } from "inngest/react";
import { createElement, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { io } from "socket.io-client";

const channel = realtime.channel({ name: "bench", topics: { tick: { schema: staticSchema() } } });
const token = () => fetch("/token").then((response) => response.text());
const measured = { renders: 0, last: 0 };
window.measured = measured;

/** What each shows, once it is rendered. */
function Shown({ last, kept }) {
  measured.renders++;
  useEffect(() => {
    measured.last = last ?? 0;
  });
  return createElement("p", null, `${last} of ${kept}`);
}

const shown = (last, kept) => createElement(Shown, { last, kept });

const contestants = {
  useRealtime() {
    const { messages } = useRealtime({ channel, token });
    return shown(messages.last?.data.n, messages.all.length);
  },
  select() {
    const hundreds = useRealtime({
      channel,
      token,
      select: ({ messages }) => Math.floor((messages.last?.data.n ?? 0) / 100),
    });
    return shown(hundreds * 100, 1);
  },
  useTopic() {
    return shown(useTopic(channel.tick, { token })?.n, 1);
  },
  inngest() {
    const { messages } = useInngest({
      channel: "bench",
      topics: ["tick"],
      token: async () => ({ key: "any", apiBaseUrl: location.origin }),
      pauseOnHidden: false,
    });
    return shown(messages.last?.data.n, messages.all.length);
  },
  "inngest-buffered"() {
    const { messages } = useInngest({
      channel: "bench",
      topics: ["tick"],
      token: async () => ({ key: "any", apiBaseUrl: location.origin }),
      pauseOnHidden: false,
      bufferInterval: 16,
    });
    return shown(messages.last?.data.n, messages.all.length);
  },
  "socket.io"() {
    const [messages, setMessages] = useState([]);
    useEffect(() => {
      const socket = io({ transports: ["websocket"] });
      socket.on("tick", (data) => setMessages((before) => [...before, data].slice(-100)));
      return () => socket.close();
    }, []);
    return shown(messages.at(-1)?.n, messages.length);
  },
};

const Contestant = contestants[new URLSearchParams(location.search).get("contestant")];
createRoot(document.getElementById("root")).render(createElement(Contestant));
