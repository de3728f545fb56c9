/** Who is asking, and may they? Your own login and your own check stand here. */
import { cookies } from "next/headers";
import { type Chat, chats, type User, users } from "./store";

const COOKIE = "session";

/** Remembers a user in a cookie that scripts can't read. */
export async function signInAs(name: string): Promise<void> {
  const user = { id: crypto.randomUUID(), name };
  const session = crypto.randomUUID();
  users.set(session, user);
  // `secure: true` as well, where you have https.
  (await cookies()).set(COOKIE, session, { httpOnly: true, sameSite: "lax", path: "/" });
}

/** Forgets the session, and gives who it was. */
export async function signOut(): Promise<User | undefined> {
  const user = await currentUser();
  const jar = await cookies();
  users.delete(jar.get(COOKIE)?.value ?? "");
  jar.delete(COOKIE);
  return user;
}

/** Who sent this request, be it to a page, an action or a route handler. */
export async function currentUser(): Promise<User | undefined> {
  return users.get((await cookies()).get(COOKIE)?.value ?? "");
}

/** The chat, if this user may read it. */
export function readableChat(user: User, chatId: string): Chat | undefined {
  const found = chats.get(chatId);
  return found?.ownerId === user.id ? found : undefined;
}
