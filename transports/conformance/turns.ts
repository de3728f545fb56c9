/** The turns of the event loop, which a race is tried by. */

/** Lets the event loop turn once. */
export const turn = () =>
  new Promise<void>((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve);
  });

/** So many microtasks that something is tried after, before whole turns follow. */
const MICROTASKS = 30;

/** How many more turns there are with every step, about. */
const GROWTH = 1.15;

/**
 * Waits a little longer for every `step`: first microtasks, each of which may stand between two `await`s of a transport,
 * then turns of the event loop, more and more of them, in which a broker answers.
 */
export async function moments(step: number): Promise<void> {
  for (let i = Math.min(step, MICROTASKS); i > 0; i--) await undefined;
  if (step <= MICROTASKS) return;
  for (let i = Math.floor(GROWTH ** (step - MICROTASKS)); i > 0; i--) await turn();
}
