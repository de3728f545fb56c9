/** A chat, as it stands when it is asked for: what is over from the store, what is under way from the channel. */
import { notFound } from "next/navigation";
import { underWay } from "../../../lib/answer";
import { currentUser, readableChat } from "../../../lib/session";
import { SignIn } from "../../sign-in";
import { Chat } from "./chat";

/** Seconds that an action of this page may take, with the answer that it leaves being written. */
export const maxDuration = 120;

interface PageProps {
  readonly params: Promise<{ readonly chatId: string }>;
}

export default async function Page({ params }: PageProps) {
  const { chatId } = await params;
  const user = await currentUser();
  if (!user) return <SignIn />;
  const found = readableChat(user, chatId);
  if (!found) notFound();
  // At one moment: what is kept, and what came after it.
  const { turns, position } = found;
  const history = await underWay(found);
  return (
    <Chat
      // What goes on from other turns is another one.
      key={`${chatId} ${position}`}
      chatId={chatId}
      kept={{ turns, position }}
      history={{ messages: history.messages, position: history.position }}
    />
  );
}
