/**
 * A component in the shape of Inngest Realtime's newer documents: the channel by a function, topics in a list of their own, and
 * a token that is fetched as text. Only the packages' names differ.
 */
import { useRealtime } from "halyard/react";
import { exactly } from "../exactly.js";
import { pipelineChannel } from "./pipeline.test-d.js";

export default function PipelinePage({ runId }: { runId: string }) {
  const ch = pipelineChannel({ runId });
  const topics = ["status", "tokens"] as const;

  const { connectionStatus, runStatus, messages } = useRealtime({
    channel: ch,
    topics,
    token: () => fetch(`/api/realtime-token?runId=${runId}`).then((response) => response.text()),
  });

  return (
    <div>
      <p>
        {connectionStatus}, {runStatus}
      </p>
      {messages.byTopic.status && <p>{messages.byTopic.status.data.message}</p>}
      <ul>
        {messages.all.map((message) => (
          <li key={message.id}>
            {message.topic}: {JSON.stringify(message.data)}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** With all of the options and results that have names there. */
export function Everything({ runId, enabled }: { runId: string; enabled: boolean }) {
  const { connectionStatus, runStatus, isPaused, pauseReason, messages, result, error, reset } = useRealtime({
    channel: pipelineChannel({ runId }),
    topics: ["status"],
    token: async () => "eyJ…",
    key: runId,
    enabled,
    bufferInterval: 50,
    validate: true,
    historyLimit: 10,
    apiBaseUrl: "https://example.com/api/realtime",
    reconnect: true,
    reconnectMinMs: 250,
    reconnectMaxMs: 5000,
    pauseOnHidden: true,
    autoCloseOnTerminal: true,
  });
  exactly<typeof connectionStatus, "idle" | "connecting" | "open" | "paused" | "closed" | "error">();
  exactly<typeof runStatus, "unknown" | "running" | "completed" | "failed" | "cancelled">();
  exactly<typeof pauseReason, "hidden" | "disabled" | null>();
  exactly<typeof isPaused, boolean>();
  exactly<typeof result, unknown>();
  const shown: Error | null = error;
  const steps = messages.delta.map(({ data }) => data.step);
  exactly<typeof steps, (string | undefined)[]>();
  return (
    <button type="button" onClick={reset}>
      {messages.last?.data.message} {shown?.message}
    </button>
  );
}
