/** All of a user's jobs, and the form that orders another. */
import type { ConnectionStatus } from "halyard/client";
import { useRealtime, useTopic } from "halyard/react";
import { desk, workshop } from "../channels.js";
import type { DeskData } from "./api.js";
import { JobCard } from "./job-card.js";
import { OrderForm } from "./order-form.js";

/** How the connection stands, for people. */
const words: Partial<Record<ConnectionStatus, string>> = { open: "Live", paused: "Paused", error: "Offline" };

export function Desk({ user, ordered, load }: DeskData) {
  // The list of jobs is what the channel tells: no tab has to ask again.
  const { connectionStatus, messages } = useRealtime({
    channel: desk({ user }),
    initialMessages: ordered,
    historyLimit: null,
  });
  const { waiting, running } = useTopic(workshop.load, { initialValue: load }) ?? load;
  return (
    <main>
      <header>
        <h1>Tide tables</h1>
        <p className="load">
          <strong>{running}</strong> at work <strong>{waiting}</strong> waiting
        </p>
        <output className="connection" data-status={connectionStatus}>
          {words[connectionStatus] ?? "Connecting…"}
        </output>
        <p className="user">{user}</p>
      </header>
      <OrderForm />
      {messages.all.length === 0 && (
        <p className="empty">Nothing ordered yet. Several tables are worked on at once.</p>
      )}
      <ul className="jobs">
        {messages.all.toReversed().map(({ data }) => (
          <JobCard key={data.jobId} job={data} />
        ))}
      </ul>
    </main>
  );
}
