/** The page: a way in, and then the desk. */
import { RealtimeProvider } from "halyard/react";
import { type FormEvent, useEffect, useState } from "react";
import { type DeskData, fetchDesk, fetchToken, signIn } from "./api.js";
import { Desk } from "./desk.js";

export function App() {
  const [desk, setDesk] = useState<DeskData | "asking" | undefined>("asking");
  const [trouble, setTrouble] = useState("");
  const open = () => fetchDesk().then(setDesk, (error: Error) => setTrouble(error.message));
  useEffect(() => void open(), []);

  if (desk === "asking") return trouble && <p role="alert">{trouble}</p>;
  if (!desk) return <SignIn onDone={open} />;
  return (
    <RealtimeProvider token={fetchToken}>
      <Desk {...desk} />
    </RealtimeProvider>
  );
}

function SignIn({ onDone }: { readonly onDone: () => Promise<void> }) {
  const [name, setName] = useState("");
  const [trouble, setTrouble] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn(name)
      .then(onDone)
      .catch((error: Error) => setTrouble(error.message));
  };
  return (
    <form className="sign-in" onSubmit={submit}>
      <h1>Tide tables</h1>
      <p>A year of high and low water takes a while to work out. Order some, close the page, come back.</p>
      <label>
        Your name
        <input
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="username"
          required
        />
      </label>
      <button type="submit">Come in</button>
      <p className="trouble" role="alert">
        {trouble}
      </p>
    </form>
  );
}
