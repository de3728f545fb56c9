/** What stands on the boards when the server starts. */
import type { Card, Column } from "../channels.js";

type Row = readonly [boat: string, work: string, column: Column];

const work: Readonly<Record<string, readonly Row[]>> = {
  north: [
    ["Petrel", "Antifouling, two coats", "booked"],
    ["Curlew", "New seacocks", "booked"],
    ["Fulmar", "Rudder bearing", "booked"],
    ["Sanderling", "Osmosis: peel and dry", "slip"],
    ["Gannet", "Propeller and anodes", "slip"],
    ["Turnstone", "Forestay replaced", "afloat"],
    ["Whimbrel", "Engine mounts", "afloat"],
  ],
  south: [
    ["Larkspur", "Teak deck, port side", "booked"],
    ["Marigold", "Keel bolts", "booked"],
    ["Foxglove", "Shaft seal", "slip"],
    ["Samphire", "Mast stepped", "afloat"],
  ],
  "north:board:slipway": [["Anvil", "Chain plates", "booked"]],
};

/** Not all of it stands on both of a tenant's boards. */
export function firstCards(tenantId: string, boardId: string): readonly Card[] {
  const rows = (work[tenantId] ?? []).filter((_, i) => boardId === "slipway" || i % 2 === 0);
  return rows.map(([boat, work, column], i) => ({ id: `c${i + 1}`, boat, work, column }));
}
