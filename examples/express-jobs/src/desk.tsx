/** All of a user's jobs, and the form that orders another. */
import { useRealtime, useTopic } from "halyard/react";
import { desk, workshop } from "../channels.js";
import type { DeskData } from "./api.js";
import { JobCard } from "./job-card.js";
import { OrderForm } from "./order-form.js";

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
          {connectionStatus === "open" ? "Live" : "Reconnecting…"}
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
