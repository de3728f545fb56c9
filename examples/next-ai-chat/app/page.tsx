/** Begins a chat, or signs in who would like to. Works before any script has loaded. */
import { suggestions } from "../lib/lore";
import { currentUser } from "../lib/session";
import { beginChat } from "./actions";
import { Arrow } from "./icons";
import { SignIn } from "./sign-in";

/** Seconds that an action of this page may take, with the answer that it leaves being written. */
export const maxDuration = 120;

export default async function Page() {
  const user = await currentUser();
  if (!user) return <SignIn />;
  return (
    <div className="begin">
      <h1>What’s on deck, {user.name}?</h1>
      <form action={beginChat} className="composer">
        <label className="hidden" htmlFor="question">
          Your question
        </label>
        <input
          id="question"
          name="question"
          placeholder="Ask of knots and sails"
          required
          maxLength={2000}
          autoComplete="off"
        />
        <button type="submit" className="round" aria-label="Ask">
          <Arrow />
        </button>
      </form>
      <form action={beginChat} className="suggestions" aria-label="Suggestions">
        {suggestions.map((question) => (
          <button key={question} type="submit" name="question" value={question}>
            {question}
          </button>
        ))}
      </form>
    </div>
  );
}
