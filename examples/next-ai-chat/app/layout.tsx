/** What is around each page: the list of chats, for who is signed in. */
import "./style.css";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { shelf } from "../channels";
import { app } from "../lib/realtime";
import { currentUser } from "../lib/session";
import { chatsOf, type User } from "../lib/store";
import { Shelf } from "./shelf";

export const metadata: Metadata = { title: "Bosun", description: "A chat about knots and sails." };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const user = await currentUser();
  return (
    <html lang="en">
      <body>
        {user && <ShelfOf key={user.id} user={user} />}
        <main>{children}</main>
      </body>
    </html>
  );
}

async function ShelfOf({ user }: { readonly user: User }) {
  // First the position: what changes while the chats are read comes again, rather than never.
  const { position } = await app.history({ channel: shelf({ userId: user.id }), limit: 10_000 });
  const chats = chatsOf(user).map(({ id, title, state }) => ({ chatId: id, title, state }));
  return <Shelf user={user} chats={chats} position={position} />;
}
