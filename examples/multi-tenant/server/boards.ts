/** The boards, in memory: a database, in your app. */
import type { App } from "halyard/server";
import type { MemorySupports } from "halyard/transports/memory";
import { type Placed, place } from "../cards.js";
import { board, type Card } from "../channels.js";
import { tenants } from "./access.js";
import { firstCards } from "./first-cards.js";

/** A board as it stands, and the position that belongs to it: what a page goes on from. */
export interface BoardState {
  readonly cards: readonly Card[];
  readonly position: string;
}

export interface Boards {
  /** `undefined` where the tenant has no such board. */
  read(tenantId: string, boardId: string): Promise<BoardState | undefined>;
  /** Makes what `change` says of the cards as they then are, and tells the channel. `false` where it says `undefined`. */
  change(
    tenantId: string,
    boardId: string,
    change: (cards: readonly Card[]) => Placed | undefined,
  ): Promise<boolean>;
}

interface Board {
  readonly channel: ReturnType<typeof board>;
  cards: readonly Card[];
  position: string | undefined;
  /** What is under way. Changes come one after the other: what is stored and what was told go together. */
  turn: Promise<unknown>;
}

export function createBoards(app: App<MemorySupports>): Boards {
  const boards = new Map<string, Board>();
  for (const { id: tenantId, boards: own } of tenants) {
    for (const boardId of Object.keys(own)) {
      const channel = board({ tenantId, boardId });
      const cards = firstCards(tenantId, boardId);
      boards.set(channel.name, { channel, cards, position: undefined, turn: Promise.resolve() });
    }
  }

  /** Runs a step when those before it are over, whatever became of them. */
  function inTurn<T>(tenantId: string, boardId: string, step: (board: Board | undefined) => Promise<T>) {
    const found = boards.get(board({ tenantId, boardId }).name);
    if (!found) return step(undefined);
    const result = found.turn.then(() => step(found));
    found.turn = result.catch(() => undefined);
    return result;
  }

  return {
    read: (tenantId, boardId) =>
      inTurn(tenantId, boardId, async (board) => {
        if (!board) return undefined;
        // Before the first change, where the channel begins.
        board.position ??= (await app.history({ channel: board.channel, limit: 1 })).position;
        return { cards: board.cards, position: board.position };
      }),
    change: (tenantId, boardId, change) =>
      inTurn(tenantId, boardId, async (board) => {
        const placed = board && change(board.cards);
        if (!placed) return false;
        // Told first: what couldn't be told wasn't done.
        const { id } = await app.publish(board.channel.placed, placed);
        board.cards = place(board.cards, placed);
        board.position = id;
        return true;
      }),
  };
}
