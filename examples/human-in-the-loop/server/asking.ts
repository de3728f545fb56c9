/** Asks the crew, and takes the first answer, or none in time. */
import type { App } from "halyard/server";
import { type Answer, crew, type Person, passage, type Question, reply, type Settled } from "../channels.js";

export interface Asking {
  /** Resolves with what holds: somebody's answer, or after `patience` the question's own fallback. */
  ask(question: Omit<Question, "until">): Promise<Settled>;
  close(): void;
}

interface Open {
  readonly question: Question;
  settle(answer: string, by?: Person): void;
}

/** Listens to the crew from now on. `patience` is in milliseconds. */
export async function createAsking(app: App, patience: number): Promise<Asking> {
  const end = new AbortController();
  const { signal } = end;
  let open: Open | undefined;

  /** What comes too late, or answers no question of these, changes nothing: somebody else was first. */
  function hear(by: Person, { question, choice, note }: Answer): void {
    if (open?.question.id !== question) return;
    const label = open.question.choices.find(({ id }) => id === choice)?.label;
    const answer = [label, note].filter(Boolean).join(", ");
    if (answer) open.settle(answer, by);
  }

  for (const person of crew) {
    const onMessage = ({ data }: { readonly data: Answer }) => hear(person, data);
    await app.subscribe({ channel: reply({ person }), signal, onMessage });
  }

  return {
    async ask(asked) {
      signal.throwIfAborted();
      const question = { ...asked, until: new Date(Date.now() + patience) };
      const settled = new Promise<Settled>((resolve, reject) => {
        const settle = (answer: string, by?: Person) => {
          open = undefined;
          clearTimeout(timer);
          resolve({ question: question.id, answer, ...(by && { by }) });
        };
        const fallback = question.choices.find(({ id }) => id === question.fallback);
        const timer = setTimeout(() => settle(fallback?.label ?? question.fallback), patience);
        signal.addEventListener("abort", () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
        open = { question, settle };
      });
      // It is awaited below; whoever is quick may answer before the question is stored, and closing may come before it, too.
      settled.catch(() => undefined);
      await app.publish(passage.question, question);
      const result = await settled;
      await app.publish(passage.settled, result);
      return result;
    },
    close: () => end.abort(),
  };
}
