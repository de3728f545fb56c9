/** The gateway, over server-sent events, and the endpoint that gives tokens: POST /api/realtime/token. */
import { registry } from "halyard";
import { createHandler } from "halyard/server";
import { closeOnSignal } from "halyard/server/node";
import { chat, shelf, shown } from "../../../../channels";
import { app } from "../../../../lib/realtime";
import { currentUser, readableChat } from "../../../../lib/session";

const handler = createHandler(app, {
  channels: registry({ chat, shelf }),
  // A request that brings no session isn't answered differently from one that may not: neither gets a token.
  authorize: async ({ entry, params }) => {
    const user = await currentUser();
    if (!user) return false;
    if (entry === "shelf") return params.userId === user.id && { subject: user.id };
    return readableChat(user, params.chatId) !== undefined && { topics: shown, subject: user.id };
  },
});

export { handler as GET, handler as OPTIONS, handler as POST };

// Seconds that a response may take: more than the four minutes for which the gateway keeps a stream.
export const maxDuration = 300;

// Lets clients go when the server is told to end: `next start` waits for the responses that are under way.
if (process.env.NODE_ENV === "production") closeOnSignal(app, { drain: "1s" });
