/** One job: how far it is, what it says, and how it ended. */
import { useRealtime } from "halyard/react";
import { useMemo } from "react";
import { type Job, job as jobChannel } from "../channels.js";
import { Chart } from "./chart.js";
import { type JobView, viewOf } from "./job-view.js";

export function JobCard({ job }: { readonly job: Job }) {
  const { messages, gap } = useRealtime({
    channel: jobChannel({ jobId: job.jobId }),
    // From the channel's beginning: a page that is reloaded sees all of it again, in the types that were published.
    initialMessages: { messages: [], position: job.from },
    historyLimit: 300,
  });
  const view = useMemo(() => viewOf(messages.all), [messages.all]);
  const { weeks, lines, finished } = view;
  const latest = weeks.at(-1);
  const percent = finished?.outcome === "done" ? 100 : (latest?.percent ?? 0);
  const state = finished?.outcome ?? (latest ? "running" : "waiting");
  return (
    <li className="job" data-state={state} data-job={job.jobId}>
      <header>
        <h2>
          {job.harbour} <span>{job.year}</span>
        </h2>
        <p className="step">
          {state === "waiting" && "Waiting"}
          {state === "running" && `${latest?.step}, ${etaOf(latest?.eta ?? 0)}`}
          {finished?.outcome === "done" && `${finished.tides} tides`}
          {state === "failed" && "Can’t be done"}
        </p>
        <p className="percent">{percent}%</p>
      </header>
      <Chart weeks={weeks} percent={percent} label={`${job.harbour} ${job.year}`} />
      {/* Told aloud once it is over; how it goes is read by whoever looks. */}
      <p className="unseen" role="status">
        {finished && `${job.harbour} ${job.year}: ${finished.outcome}`}
      </p>
      <details>
        <summary>
          <span className="line">
            {finished ? <Result finished={finished} /> : (lines.at(-1) ?? "No worker is free yet")}
          </span>
          {view.attempts > 1 && <Tries view={view} />}
        </summary>
        {gap && <p>The server has forgotten some of it.</p>}
        <ol className="log">
          {lines.map((line, i) => (
            <li key={i}>{line}</li>
          ))}
        </ol>
      </details>
    </li>
  );
}

const etaOf = (seconds: number) => `${Math.max(1, Math.ceil(seconds))} s left`;

const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function Result({ finished }: { readonly finished: NonNullable<JobView["finished"]> }) {
  if (finished.outcome === "failed") return finished.reason;
  const { highest, lowest } = finished;
  return (
    <>
      From <b>{lowest.metres.toFixed(2)} m</b> on {date.format(lowest.at)} to{" "}
      <b>{highest.metres.toFixed(2)} m</b> on {date.format(highest.at)}
    </>
  );
}

function Tries({ view: { attempts, lastWords } }: { readonly view: JobView }) {
  return (
    <span className="tries">
      {attempts} tries{lastWords > 0 && `, last word received ${lastWords}×`}
    </span>
  );
}
