/**
 * Code in the shape of Inngest Realtime's older documents: a token for a user's channel, made by an endpoint, and what
 * subscribes with it. Only the packages' names and `getSubscriptionToken(client, …)`, here `app.token(…)`, differ.
 */
import { type Realtime, realtime, staticSchema } from "halyard";
import { subscribe } from "halyard/client";
import { createRealtime } from "halyard/server";
import { exactly } from "../exactly.js";

const app = createRealtime();
export const userChannel = realtime.channel({
  name: (userId: string) => `user:${userId}`,
  topics: {
    ai: { schema: staticSchema<{ text: string; done: boolean }>() },
    billing: { schema: staticSchema<number>() },
  },
});

declare function currentUser(): Promise<{ userId: string }>;
export type UserChannelToken = Realtime.Token<typeof userChannel, ["ai"]>;

/** A server action. The channel is a plain string; its type is what tells that it is the user's. */
export async function tokenOfUser(): Promise<UserChannelToken> {
  const { userId } = await currentUser();
  const token = await app.token({ channel: `user:${userId}`, topics: ["ai"] });
  return token;
}
/** The same, with the channel itself. */
export async function tokenOfChannel(): Promise<UserChannelToken> {
  const { userId } = await currentUser();
  return app.token({ channel: userChannel(userId), topics: ["ai"] });
}
export async function tokenOfOther(): Promise<UserChannelToken> {
  const { userId } = await currentUser();
  // @ts-expect-error It isn't the user's channel.
  return app.token({ channel: `team:${userId}`, topics: ["ai"] });
}
export async function tokenOfMore(): Promise<UserChannelToken> {
  const { userId } = await currentUser();
  // @ts-expect-error It opens another topic than it says.
  return app.token({ channel: `user:${userId}`, topics: ["billing"] });
}

/** An endpoint of an Express server. */
declare const server: {
  post(
    path: string,
    answer: (request: { userId: string }, response: { json(body: unknown): void }) => Promise<void>,
  ): void;
};
server.post("/api/token", async (request, response) => {
  const token = await app.token({ channel: `user:${request.userId}`, topics: ["ai"] });
  response.json({ token });
});

/** What came as JSON is `any`: its messages are of unknown topics, not of none. */
export async function listenUntyped() {
  const { token } = await fetch("/api/token", { method: "POST", credentials: "include" }).then((response) =>
    response.json(),
  );
  const stream = await subscribe(token);
  for await (const message of stream) {
    exactly<typeof message.topic, string>();
    exactly<typeof message.data, unknown>();
  }
}
/** With a type, they are typed; so is what a server action gives. */
export async function listen() {
  const token = await tokenOfUser();
  const stream = await subscribe(token);
  for await (const message of stream) {
    exactly<typeof message.topic, "ai">();
    if (!message.data.done) exactly<typeof message.data.text, string>();
    // @ts-expect-error The token doesn't open that topic.
    if (message.topic === "billing") break;
  }
}
subscribe({ token: tokenOfUser, onMessage: ({ data }) => exactly<typeof data.text, string>() });
