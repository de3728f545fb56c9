"use client";
/** A chat that goes on from what the server rendered. */
import { useRealtime } from "halyard/react";
import { useState } from "react";
import { type ChatMessage, type ChatToken, chat, shown } from "../../../channels";
import { type Conversation, createFold, isUnderWay } from "../../../lib/conversation";
import { ask, chatToken, stop } from "../../actions";
import { Composer } from "./composer";
import { TurnView } from "./turn";

interface ChatProps {
  readonly chatId: string;
  /** What is over, and the channel's position after it. */
  readonly kept: { readonly turns: Conversation; readonly position: string | undefined };
  /** What was published since. */
  readonly history: { readonly messages: readonly ChatMessage[]; readonly position: string };
}

/** A token from the server action. */
async function tokenOf(chatId: string): Promise<ChatToken> {
  const token = await chatToken(chatId);
  if ("refused" in token) throw new Error(token.refused);
  return token;
}

export function Chat({ chatId, kept, history }: ChatProps) {
  const [fold] = useState(() => createFold(kept.turns));
  const { conversation, error } = useRealtime({
    channel: chat({ chatId }),
    topics: shown,
    token: () => tokenOf(chatId),
    initialMessages: history,
    // What its messages come after. Components share them where that, too, is the same.
    key: kept.position,
    // A chat is all of its messages.
    historyLimit: null,
    select: ({ messages, error }) => ({ conversation: fold(messages.all), error }),
    // The server has lost what it had, as when it was started anew.
    onGap: () => location.reload(),
  });
  const latest = conversation.at(-1);
  const underWay = latest && isUnderWay(latest.state) ? latest : undefined;

  return (
    <div className="chat">
      <div className="scroll">
        <ol className="turns" aria-label="Conversation" aria-live="polite" aria-busy={underWay !== undefined}>
          {conversation.map((turn) => (
            <TurnView key={turn.id} turn={turn} />
          ))}
        </ol>
      </div>
      <Composer
        trouble={error && reasonOf(error)}
        onAsk={(question) => ask(chatId, question)}
        onStop={underWay && (() => stop(chatId, underWay.id))}
      />
    </div>
  );
}

/** What a person wants to know: of a token that was refused, why; of anything else, that it is tried again. */
const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? error.cause.message : "The line is down. Trying again…";
