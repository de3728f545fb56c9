/** Calls when everything has run that this turn of the event loop has to run, and what waits for input or output had its turn. */
export function afterTurn(call: () => void): void {
  // Node, Bun and Deno have it; workers elsewhere may not.
  if (typeof setImmediate === "function") setImmediate(call);
  else setTimeout(call, 0);
}
