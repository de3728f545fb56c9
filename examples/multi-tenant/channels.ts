/** What the yards' boards and offices send: the one declaration, of the server and of the page. */
import { realtime } from "halyard";
import { z } from "zod";

export const column = z.enum(["booked", "slip", "afloat"]);
export type Column = z.infer<typeof column>;

export const card = z.object({ id: z.string(), boat: z.string(), work: z.string(), column });
export type Card = z.infer<typeof card>;

/**
 * A tenant's board: `board({ tenantId: "north", boardId: "slipway" })`. The ids are anybody's to choose: each stays in its
 * place of the name, whatever it holds.
 */
export const board = realtime.channel({
  name: "tenant:{tenantId}:board:{boardId}",
  topics: {
    /** A card stands before another one of its column, or last where that is `null`. The server alone says so. */
    placed: { schema: z.object({ card, before: z.string().nullable() }) },
    /** Somebody holds a card, or no longer. Pages of editors publish it; without a name, since any name could be sent. */
    holding: { schema: z.object({ card: z.string().max(40), page: z.uuid(), held: z.boolean() }) },
  },
});

/** What a tenant's admins hear. Its name begins otherwise than a board's: so a name tells its channel in the types, too. */
export const office = realtime.channel({
  name: "office:{tenantId}",
  topics: {
    noted: { schema: z.object({ text: z.string(), at: z.date().default(() => new Date()) }) },
  },
});
