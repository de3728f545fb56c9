/** A board: three columns, and cards that are dragged, or moved by a click or the arrow keys. */
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { columns } from "../cards.js";
import type { Card, Column } from "../channels.js";
import { api, type BoardState, Refused } from "./api.js";
import { type BoardOptions, useBoard } from "./use-board.js";

const order = Object.keys(columns) as Column[];

/** Where a click takes a card: one on, and back from the last. */
const onward = (column: Column) => order[order.indexOf(column) + 1] ?? order.at(-2) ?? column;

const statuses: Readonly<Record<string, string>> = { open: "Live", paused: "Paused", error: "Not connected" };

interface BoardProps extends Omit<BoardOptions, "first" | "onGap"> {
  readonly canMove: boolean;
}

/** Loads the board, and shows it from there on. */
export function BoardView(props: BoardProps) {
  const { tenantId, boardId } = props;
  const [first, setFirst] = useState<BoardState>();
  const load = useCallback(() => {
    api.board(tenantId, boardId).then(setFirst, (error) => console.warn(error.message));
  }, [tenantId, boardId]);
  useEffect(load, [load]);
  // Loaded anew, it begins anew.
  return first ? <LiveBoard key={first.position} {...props} first={first} onGap={load} /> : <div />;
}

function LiveBoard({ canMove, ...options }: BoardProps & BoardOptions) {
  const { cards, held, status, move, hold } = useBoard(options);
  const [dragged, setDragged] = useState<string>();
  const stepped = useRef<{ readonly id: string; readonly column: Column }>(undefined);
  const [trouble, setTrouble] = useState("");
  const attempt = (step: Promise<unknown>) => {
    setTrouble("");
    step.catch((error: Error) => {
      setTrouble(error.message);
      // The membership is gone, or the session.
      if (error instanceof Refused && [401, 404].includes(error.status)) options.onRights();
    });
  };

  function drop(column: Column, before: string | null) {
    if (dragged && dragged !== before) attempt(move(dragged, column, before));
    setDragged(undefined);
  }
  function step(card: Card, column: Column) {
    stepped.current = { id: card.id, column };
    attempt(move(card.id, column, null));
  }
  function onKey(event: KeyboardEvent, card: Card) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const column = order[order.indexOf(card.column) + (by ?? 0)];
    if (!by || !column) return;
    event.preventDefault();
    step(card, column);
  }

  return (
    <section className="board" aria-label="The board">
      <p className="line" role="status" data-status={status}>
        {statuses[status] ?? "Connecting"}
        {!canMove && <span>You may look, not move.</span>}
      </p>
      <div className="columns">
        {order.map((column) => {
          const own = cards.filter((card) => card.column === column);
          return (
            <section
              key={column}
              aria-label={columns[column]}
              data-column={column}
              data-over={dragged !== undefined}
              onDragOver={(event) => event.preventDefault()}
              onDrop={() => drop(column, null)}
            >
              <h2>
                {columns[column]} <span>{own.length}</span>
              </h2>
              <ul>
                {own.map((card) => (
                  <li
                    key={card.id}
                    className="card"
                    data-held={held.has(card.id)}
                    draggable={canMove}
                    onDragStart={(event) => {
                      event.dataTransfer.effectAllowed = "move";
                      setDragged(card.id);
                      hold(card.id, true);
                    }}
                    onDragEnd={() => {
                      setDragged(undefined);
                      hold(card.id, false);
                    }}
                    onDrop={(event) => {
                      event.stopPropagation();
                      drop(column, card.id);
                    }}
                  >
                    <strong>{card.boat}</strong>
                    <p>{card.work}</p>
                    {canMove && (
                      <button
                        type="button"
                        className="grip"
                        aria-label={`Move ${card.boat} to ${columns[onward(column)]}`}
                        onClick={() => step(card, onward(column))}
                        onKeyDown={(event) => onKey(event, card)}
                        ref={(button) => {
                          // In its new column it is another element: the focus goes with the card.
                          if (stepped.current?.id !== card.id || stepped.current.column !== column) return;
                          button?.focus();
                          stepped.current = undefined;
                        }}
                      >
                        {column === order.at(-1) ? "←" : "→"}
                      </button>
                    )}
                  </li>
                ))}
              </ul>
              {column === "booked" && canMove && <Booking {...options} onTrouble={setTrouble} />}
            </section>
          );
        })}
      </div>
      <p className="trouble" role="alert">
        {trouble}
      </p>
    </section>
  );
}

interface BookingProps {
  readonly tenantId: string;
  readonly boardId: string;
  readonly onTrouble: (trouble: string) => void;
}

function Booking({ tenantId, boardId, onTrouble }: BookingProps) {
  return (
    <form
      action={(fields) => {
        const order = { boat: String(fields.get("boat")), work: String(fields.get("work")) };
        return api.book(tenantId, boardId, order).then(
          () => onTrouble(""),
          (error: Error) => onTrouble(error.message),
        );
      }}
    >
      <input name="boat" placeholder="Boat" aria-label="Boat" required maxLength={40} />
      <input
        name="work"
        placeholder="What is to be done"
        aria-label="What is to be done"
        required
        maxLength={80}
      />
      <button type="submit">Book</button>
    </form>
  );
}
