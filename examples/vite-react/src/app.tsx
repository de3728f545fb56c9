/** The page: what flies, what the wind does, and what you may hoist. */
import { useState } from "react";
import { publishMast } from "./channels.gen.js";
import { Flag, type Letter, signals } from "./flags.js";
import { fetchToken } from "./token.js";
import { type Mast, useMast } from "./use-mast.js";

const harbour = "kiel";
const letters = Object.keys(signals) as Letter[];

export function App() {
  const mast = useMast(harbour);
  const [by, setBy] = useState("Anybody");
  const [trouble, setTrouble] = useState("");
  const hoist = (flag: Letter) => {
    setTrouble("");
    publishMast({
      params: { harbour },
      topic: "hoisted",
      data: { flag, by },
      token: () => fetchToken({ channel: `mast:${harbour}`, topics: [], publish: ["hoisted"] }),
    }).catch((error) => setTrouble(error.message));
  };
  return (
    <main>
      <header>
        <h1>The mast</h1>
        <output className="status" data-status={mast.status}>
          {mast.status}
        </output>
        <Wind wind={mast.wind} />
      </header>
      <ol className="halyard" aria-label="What flies" aria-live="polite">
        {mast.flags.map(({ id, flag, by, at }) => (
          <li key={id}>
            <Flag letter={flag} />
            <p>
              <strong>{signals[flag].says}</strong>
              <span>
                {by}, {at.toLocaleTimeString()}
              </span>
            </p>
          </li>
        ))}
        {mast.flags.length === 0 && (
          <li className="bare">Nothing flies. Hoist a flag: whoever looks sees it.</li>
        )}
      </ol>
      <form onSubmit={(event) => event.preventDefault()}>
        <label>
          You are <input value={by} onChange={(event) => setBy(event.target.value)} />
        </label>
        <div className="locker">
          {letters.map((letter) => (
            <button key={letter} type="button" title={signals[letter].says} onClick={() => hoist(letter)}>
              <Flag letter={letter} />
            </button>
          ))}
        </div>
        <p className="trouble" role="alert">
          {trouble}
        </p>
      </form>
    </main>
  );
}

function Wind({ wind }: { readonly wind: Mast["wind"] }) {
  if (!wind) return <p className="wind">No wind yet</p>;
  const { knots, from } = wind;
  return (
    <p className="wind">
      <span className="vane" style={{ rotate: `${from + 180}deg` }} aria-hidden="true">
        ↑
      </span>
      {Math.round(knots)} knots
    </p>
  );
}
