/** How a board looks and changes: the server and every page do the very same with a message. */
import type { Card, Column } from "./channels.js";

/** Columns, in their order. */
export const columns: Readonly<Record<Column, string>> = {
  booked: "Booked",
  slip: "On the slip",
  afloat: "Afloat",
};

export interface Placed {
  readonly card: Card;
  readonly before: string | null;
}

/** The cards with this one in its new place, moved or added. */
export function place(cards: readonly Card[], { card, before }: Placed): readonly Card[] {
  const others = cards.filter(({ id }) => id !== card.id);
  const at = others.findIndex(({ id, column }) => id === before && column === card.column);
  return at < 0 ? [...others, card] : others.toSpliced(at, 0, card);
}
