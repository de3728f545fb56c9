import { useSyncExternalStore } from "react";
import type { State } from "../../../channels";
import type { Turn } from "../../../lib/conversation";
import { Anchor } from "../../icons";
import { Prose } from "./prose";

const words: Readonly<Record<State, string>> = {
  thinking: "is thinking",
  writing: "is writing",
  done: "has answered",
  stopped: "was stopped",
  failed: "lost the thread: ask once more",
};

/** A question, and what became of it. */
export function TurnView({ turn: { question, askedAt, answer, state } }: { readonly turn: Turn }) {
  return (
    <li className="turn" data-state={state}>
      <div className="question">
        <p>{question}</p>
        <LocalTime at={askedAt} />
      </div>
      <article className="answer">
        <h2>
          <Anchor />
          Bosun <span className="state">{words[state]}</span>
        </h2>
        <Prose text={answer} />
      </article>
    </li>
  );
}

/** The reader's time, which the server doesn't know: it is shown once the page is the reader's. */
function LocalTime({ at }: { readonly at: Date }) {
  const text = useSyncExternalStore(
    neverChanges,
    () => at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }),
    () => "",
  );
  return <time dateTime={at.toISOString()}>{text}</time>;
}

const neverChanges = () => () => {};
