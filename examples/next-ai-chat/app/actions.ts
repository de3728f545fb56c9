"use server";
/** What pages ask of the server. Each is an endpoint that anybody can call: each checks who does. */
import { redirect } from "next/navigation";
import { after } from "next/server";
import { z } from "zod";
import { type ChatToken, chat, shown } from "../channels";
import { publishQuestion, writeAnswer } from "../lib/answer";
import { isUnderWay } from "../lib/conversation";
import { app } from "../lib/realtime";
import { currentUser, readableChat, signInAs, signOut } from "../lib/session";
import { type Chat, chats, type User } from "../lib/store";

/** Why something was refused. In production Next hides the message of an error that an action throws: so it is returned. */
export type Refused = { readonly refused: string };

const nameSchema = z.string().trim().min(1).max(40);
const questionSchema = z.string().trim().min(1).max(2_000);

/** A token for this chat, for who may read it. */
export async function chatToken(chatId: string): Promise<ChatToken | Refused> {
  const allowed = await mine(chatId);
  if ("refused" in allowed) return allowed;
  return app.token({ channel: chat({ chatId }), topics: shown, subject: allowed.user.id });
}

/** Begins a chat with a question. */
export async function beginChat(form: FormData): Promise<void> {
  const user = await currentUser();
  const text = questionSchema.safeParse(form.get("question"));
  if (!user || !text.success) redirect("/");
  const begun: Chat = {
    id: crypto.randomUUID(),
    ownerId: user.id,
    title: text.data.slice(0, 80),
    state: "thinking",
    turns: [],
    position: undefined,
  };
  chats.set(begun.id, begun);
  await put(begun, text.data);
  redirect(`/chat/${begun.id}`);
}

/** Asks another question in a chat. */
export async function ask(chatId: string, question: string): Promise<Refused | undefined> {
  const allowed = await mine(chatId);
  if ("refused" in allowed) return allowed;
  const text = questionSchema.safeParse(question);
  if (!text.success) return { refused: "A question has between 1 and 2,000 characters." };
  if (isUnderWay(allowed.chat.state))
    return { refused: "One question after the other: this one is being answered." };
  await put(allowed.chat, text.data);
}

/** Stops an answer that is under way. */
export async function stop(chatId: string, turn: string): Promise<Refused | undefined> {
  const allowed = await mine(chatId);
  if ("refused" in allowed) return allowed;
  await app.publish(chat({ chatId }).stop, { turn });
}

export async function signIn(form: FormData): Promise<void> {
  const name = nameSchema.safeParse(form.get("name"));
  if (name.success) await signInAs(name.data);
  redirect("/");
}

export async function leave(): Promise<void> {
  const user = await signOut();
  // In the other tabs as well: the tokens that they have.
  if (user) await app.revoke({ subject: user.id });
  redirect("/");
}

/** The user and the chat, or why not. */
async function mine(chatId: string): Promise<{ readonly user: User; readonly chat: Chat } | Refused> {
  const user = await currentUser();
  if (!user) return { refused: "You are signed out. Sign in to go on." };
  const chat = readableChat(user, chatId);
  return chat ? { user, chat } : { refused: "This chat isn't yours to read." };
}

async function put(to: Chat, question: string): Promise<void> {
  const asked = { id: crypto.randomUUID(), question, askedAt: new Date() };
  const position = await publishQuestion(to, asked);
  // When the response is sent. The answer is written to its end, be the page there or not.
  after(() => writeAnswer(to, asked, position));
}
