/** A board that moves: what the server has of it, and from there on what comes over the line. */
import { publish } from "halyard/client";
import { useRealtime } from "halyard/react";
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { place } from "../cards.js";
import { board } from "../channels.js";
import { api, type BoardState, Refused } from "./api.js";

/** Others know by it that it isn't they who hold a card. */
const page = crypto.randomUUID();
/** A page may go without a word: then its card is let go after so many milliseconds. */
const HELD = 10_000;

export interface BoardOptions {
  readonly tenantId: string;
  readonly boardId: string;
  readonly first: BoardState;
  /** What the user may has changed. */
  readonly onRights: () => void;
  /** Messages may be missing: the board has to be loaded anew. */
  readonly onGap: () => void;
}

export function useBoard({ tenantId, boardId, first, onRights, onGap }: BoardOptions) {
  const channel = board({ tenantId, boardId });
  const [cards, tell] = useReducer(place, first.cards);
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set());
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => () => timers.current.forEach(clearTimeout), []);

  function show(card: string, isHeld: boolean) {
    clearTimeout(timers.current.get(card));
    const letGo = () => show(card, false);
    if (isHeld) timers.current.set(card, setTimeout(letGo, HELD));
    setHeld((held) => new Set(isHeld ? [...held, card] : [...held].filter((id) => id !== card)));
  }

  // The same function for all that is published: then it arrives in order, and one token does for it.
  const token = useCallback(
    () => api.token({ channel: channel.name, topics: [], publish: ["holding"] }),
    [channel.name],
  );

  const status = useRealtime({
    channel,
    async token() {
      try {
        return await api.boardToken(tenantId, boardId);
      } catch (error) {
        if (error instanceof Refused) onRights();
        throw error;
      }
    },
    // The server had it up to here: what was published since comes first, then what comes.
    initialMessages: { messages: [], position: first.position },
    onMessage: {
      placed({ data }) {
        show(data.card.id, false);
        tell(data);
      },
      holding({ data, createdAt }) {
        // Of what was missed, this is no longer news.
        const isRecent = Date.now() - createdAt.getTime() < HELD;
        if (data.page !== page && isRecent) show(data.card, data.held);
      },
    },
    onGap,
    // A new token was asked for already; which role it is of, the session says.
    onError: ({ code }) => {
      if (code === "TOKEN_REVOKED") onRights();
    },
    // All that is rendered of it; the cards are the reducer's.
    select: ({ connectionStatus }) => connectionStatus,
  });

  return {
    cards,
    held,
    status,
    move: (card: string, column: (typeof cards)[number]["column"], before: string | null) =>
      api.move(tenantId, boardId, { card, column, before }),
    /** Tells the others, through the gateway; what they miss of it is no loss. */
    hold(card: string, isHeld: boolean) {
      publish(channel.holding, { card, page, held: isHeld }, { token }).catch((error) =>
        console.warn(error.message),
      );
    },
  };
}
