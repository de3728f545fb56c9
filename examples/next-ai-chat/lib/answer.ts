/** Answers a question: the model's words go to the channel as they come. */
import { streamText } from "ai";
import { chat, type State, shelf, shown } from "../channels";
import { type Turn, tell } from "./conversation";
import { model } from "./model";
import { app } from "./realtime";
import type { Chat } from "./store";

export type Question = Pick<Turn, "id" | "question" | "askedAt">;

/** What an answer's stream is ended with when somebody stops it. */
const STOPPED = new Error("Somebody stopped the answer.");

/** Says that it was asked, and gives the position of that. The answer is yet to be written. */
export async function publishQuestion(to: Chat, { id, question, askedAt }: Question): Promise<string> {
  to.state = "thinking";
  const { question: topic } = chat({ chatId: to.id });
  const { id: position } = await app.publish(topic, { turn: id, text: question, askedAt });
  await tellShelf(to);
  return position;
}

/** Writes the answer to the question at a position, whoever is there to read it. */
export async function writeAnswer(to: Chat, { id, question }: Question, position: string): Promise<void> {
  const channel = chat({ chatId: to.id });
  const stop = new AbortController();
  // Over the channel: who asks to stop may have come to another server, and as soon as the question was there.
  const stops = await app.subscribe({
    channel,
    topics: ["stop"],
    after: position,
    onMessage: ({ data }) => {
      if (data.turn === id) stop.abort(STOPPED);
    },
  });

  let failure: { readonly error: unknown } | undefined;
  const { textStream } = streamText({
    model,
    messages: [
      ...to.turns.filter(({ answer }) => answer !== "").flatMap(spoken),
      { role: "user", content: question },
    ],
    abortSignal: stop.signal,
    // Where the model fails, its text just ends.
    onError: (event) => {
      failure = event;
    },
  });

  async function* words(): AsyncGenerator<string> {
    for await (const word of textStream) {
      if (to.state === "thinking") {
        to.state = "writing";
        await app.publish(channel.status, { turn: id, state: "writing" });
      }
      yield word;
    }
    if (failure) throw failure.error;
  }

  let state: State = "done";
  try {
    await app.stream(channel.answer, words(), { id, signal: stop.signal });
  } catch (error) {
    state = error === STOPPED ? "stopped" : "failed";
    if (state === "failed") console.error(error);
  } finally {
    await stops.close();
  }
  await app.publish(channel.status, { turn: id, state });
  await keep(to);
  to.state = state;
  await tellShelf(to);
}

/** A turn, as models are told of it. */
const spoken = ({ question, answer }: Turn) => [
  { role: "user" as const, content: question },
  { role: "assistant" as const, content: answer },
];

/** What was published in a chat after the turns that are kept. */
export const underWay = (of: Chat) =>
  app.history({ channel: chat({ chatId: of.id }), topics: shown, after: of.position, limit: 10_000 });

/** Keeps what its readers have read, to the word. The channel's history has an end. */
async function keep(of: Chat): Promise<void> {
  const { messages, position } = await underWay(of);
  of.turns = messages.reduce(tell, of.turns);
  of.position = position;
}

/** Says in the list of chats how its latest answer stands. */
async function tellShelf({ id, ownerId, title, state }: Chat): Promise<void> {
  await app.publish(shelf({ userId: ownerId }).chat, { chatId: id, title, state });
}
