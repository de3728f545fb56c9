import { signIn } from "./actions";
import { Anchor } from "./icons";

/** Stands for your login. */
export function SignIn() {
  return (
    <div className="begin sign-in">
      <Anchor size={44} />
      <h1>Come aboard</h1>
      <p>Bosun answers what you ask of knots and sails. Any name will do: this stands for your login.</p>
      <form action={signIn} className="composer">
        <label className="hidden" htmlFor="name">
          Your name
        </label>
        <input
          id="name"
          name="name"
          placeholder="Your name"
          required
          maxLength={40}
          autoComplete="given-name"
        />
        <button type="submit" className="wide">
          Sign in
        </button>
      </form>
    </div>
  );
}
