/** One after the other. */

type Turns = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes a queue: each task begins when the one before has settled. */
function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => {});
    return next;
  };
}

const turnsOf = new WeakMap<object, Turns>();

/** The queue of a connection of `pg`, which runs one text at a time, whoever asks. */
export function inTurn(connection: object): Turns {
  const known = turnsOf.get(connection) ?? turns();
  turnsOf.set(connection, known);
  return known;
}
