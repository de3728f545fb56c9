import type { Delivery } from "../../src/frame.js";
import { isNotAfter } from "../../src/position.js";

/** What comes after a position: the same array where that is all of it. */
export function rest(position: string, deliveries: readonly Delivery[]): readonly Delivery[] {
  const [first] = deliveries;
  if (!first || !isNotAfter(first.id, position)) return deliveries;
  return deliveries.filter(({ id }) => !isNotAfter(id, position));
}
