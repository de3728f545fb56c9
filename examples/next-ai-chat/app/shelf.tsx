"use client";
/** The list of chats: of all tabs, as it changes. */
import type { Realtime } from "halyard";
import { useRealtime } from "halyard/react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useMemo } from "react";
import { shelf } from "../channels";
import { isUnderWay } from "../lib/conversation";
import { leave } from "./actions";
import { ConnectionState } from "./connection-state";
import { Anchor, Plus } from "./icons";

type Entry = Realtime.Message<typeof shelf>["data"];

/** Where a chat stays, whatever becomes of it; a new one comes first. */
function put(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const isThere = entries.some(({ chatId }) => chatId === entry.chatId);
  return isThere ? entries.map((old) => (old.chatId === entry.chatId ? entry : old)) : [entry, ...entries];
}

/** A token from the route handler, which asks the same session. */
async function fetchToken(channel: string): Promise<string> {
  const response = await fetch("/api/realtime/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel }),
  });
  if (response.ok) return response.text();
  throw new Error(response.status === 403 ? "You are signed out." : `No token: ${response.status}`);
}

interface ShelfProps {
  readonly user: { readonly id: string; readonly name: string };
  readonly chats: readonly Entry[];
  /** The position of the shelf's channel when these were its chats. */
  readonly position: string;
}

export function Shelf({ user, chats, position }: ShelfProps) {
  const pathname = usePathname();
  const channel = shelf({ userId: user.id });
  const { messages, connectionStatus, error } = useRealtime({
    channel,
    topics: ["chat"],
    token: () => fetchToken(channel.name),
    initialMessages: { messages: [], position },
    historyLimit: null,
  });
  const entries = useMemo(
    () => messages.all.reduce((entries, { data }) => put(entries, data), chats),
    [messages.all, chats],
  );

  return (
    <header className="shelf">
      <Link href="/" className="brand">
        <Anchor />
        Bosun
      </Link>
      <Link href="/" className="new">
        <Plus />
        New chat
      </Link>
      <nav aria-label="Chats">
        {entries.map(({ chatId, title, state }) => (
          <Link
            key={chatId}
            href={`/chat/${chatId}`}
            aria-current={pathname === `/chat/${chatId}` ? "page" : undefined}
          >
            <span>{title}</span>
            {isUnderWay(state) && <i role="img" aria-label="being answered" />}
          </Link>
        ))}
      </nav>
      <footer>
        <ConnectionState status={connectionStatus} error={error} />
        <form action={leave}>
          <span className="name">{user.name}</span>
          <button type="submit" className="leave">
            Sign out
          </button>
        </form>
      </footer>
    </header>
  );
}
