/** What an admin has beside the board: the members, and what is going on. */
import { useRealtime } from "halyard/react";
import { useCallback, useEffect, useState } from "react";
import { office } from "../channels.js";
import { api, type Member, type Role } from "./api.js";

const roles: readonly Role[] = ["viewer", "editor", "admin"];
const times = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function Office({ tenantId, self }: { readonly tenantId: string; readonly self: string }) {
  const [members, setMembers] = useState<readonly Member[]>([]);
  const load = useCallback(() => {
    api.members(tenantId).then(setMembers, (error) => console.warn(error.message));
  }, [tenantId]);
  useEffect(load, [load]);
  const [trouble, setTrouble] = useState("");
  /** Does it, and shows what the members are then, also where it was refused. */
  const attempt = (step: Promise<unknown>) =>
    step
      .then(
        () => setTrouble(""),
        (error: Error) => setTrouble(error.message),
      )
      .then(load);

  // Its token is the Provider's: Halyard's endpoint asks `authorize` whether this user is an admin there.
  const notes = useRealtime({
    channel: office({ tenantId }),
    historyLimit: 6,
    onMessage: load,
    select: ({ messages }) => messages.all,
  });

  return (
    <aside>
      <h2>Members</h2>
      <ul className="members">
        {members.map(({ user, role }) => (
          <li key={user}>
            {user}
            {user === self ? (
              <em>you</em>
            ) : (
              <>
                <select
                  aria-label={`Role of ${user}`}
                  value={role}
                  onChange={(event) => attempt(api.setRole(tenantId, user, event.target.value as Role))}
                >
                  {roles.map((role) => (
                    <option key={role}>{role}</option>
                  ))}
                </select>
                <button
                  type="button"
                  className="plain"
                  aria-label={`Remove ${user}`}
                  onClick={() => attempt(api.remove(tenantId, user))}
                >
                  Remove
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      <p className="trouble" role="alert">
        {trouble}
      </p>
      <h2>What is going on</h2>
      <ol className="notes" aria-live="polite">
        {notes.toReversed().map(({ id, data }) => (
          <li key={id}>
            {data.text} <time>{times.format(data.at)}</time>
          </li>
        ))}
        {notes.length === 0 && <li className="quiet">Nothing yet. Move a card.</li>}
      </ol>
    </aside>
  );
}
