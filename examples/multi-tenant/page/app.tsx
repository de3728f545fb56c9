/** The page: who you are, which yard, which board. */
import { RealtimeProvider } from "halyard/react";
import { useEffect, useState } from "react";
import { api, type Membership, type Person, type Session } from "./api.js";
import { BoardView } from "./board.js";
import { Office } from "./office.js";

export function App() {
  const [session, setSession] = useState<Session>();
  useEffect(() => {
    api.session().then(setSession);
  }, []);
  if (!session) return null;
  if (session.user === null) return <SignIn onSession={setSession} />;
  return (
    // One connection for all that is below, and one way to tokens, unless a hook has its own.
    <RealtimeProvider token={api.token}>
      <Yard key={session.user} user={session.user} session={session} onSession={setSession} />
    </RealtimeProvider>
  );
}

function SignIn({ onSession }: { readonly onSession: (session: Session) => void }) {
  const [people, setPeople] = useState<readonly Person[]>([]);
  useEffect(() => {
    api.people().then(setPeople);
  }, []);
  const yards = [...new Set(people.map(({ tenant }) => tenant))];
  return (
    <main className="gate">
      <h1>Boatyards</h1>
      <p>
        Several yards, one server. Each sees its own boards alone, and everybody on them sees what their role
        shows. Who are you?
      </p>
      <div className="yards">
        {yards.map((yard) => (
          <section key={yard}>
            <h2>{yard}</h2>
            {people
              .filter(({ tenant }) => tenant === yard)
              .map(({ user, role }) => (
                <button key={user} type="button" onClick={() => api.signIn(user).then(onSession)}>
                  {user} <span>{role}</span>
                </button>
              ))}
          </section>
        ))}
      </div>
    </main>
  );
}

/** The yard and the board of the address, so that a reload comes back to them; else the first. */
function firstPlace(
  tenants: readonly Membership[],
): readonly [tenantId: string | undefined, boardId: string] {
  const asked = new URLSearchParams(location.hash.slice(1));
  const tenant = tenants.find(({ id }) => id === asked.get("yard")) ?? tenants[0];
  const boards = Object.keys(tenant?.boards ?? {});
  return [tenant?.id, boards.find((id) => id === asked.get("board")) ?? "slipway"];
}

interface YardProps {
  readonly user: string;
  readonly session: Session;
  readonly onSession: (session: Session) => void;
}

function Yard({ user, session: { tenants }, onSession }: YardProps) {
  const [[tenantId, boardId], setPlace] = useState(() => firstPlace(tenants));
  const [lost, setLost] = useState<Membership>();
  const tenant = tenants.find(({ id }) => id === tenantId);

  /** The memberships have changed: what the server says of them now is what holds. */
  async function onRights() {
    const now = await api.session();
    if (tenant && !now.tenants.some(({ id }) => id === tenant.id)) setLost(tenant);
    onSession(now);
  }
  function go(tenantId: string, boardId: string) {
    setLost(undefined);
    setPlace([tenantId, boardId]);
    history.replaceState(null, "", `#${new URLSearchParams({ yard: tenantId, board: boardId })}`);
  }

  return (
    <>
      <header>
        <h1>{tenant?.name ?? lost?.name ?? "Boatyards"}</h1>
        {tenant && (
          <nav aria-label="Boards">
            {Object.entries(tenant.boards).map(([id, name]) => (
              <button key={id} type="button" aria-current={id === boardId} onClick={() => go(tenant.id, id)}>
                {name}
              </button>
            ))}
          </nav>
        )}
        <div className="who">
          {tenants
            .filter(({ id }) => id !== tenant?.id)
            .map(({ id, name }) => (
              <button key={id} type="button" className="plain" onClick={() => go(id, "slipway")}>
                To {name}
              </button>
            ))}
          <span>
            {user}
            {tenant && <em>{tenant.role}</em>}
          </span>
          <button type="button" className="plain" onClick={() => api.signOut().then(onSession)}>
            Sign out
          </button>
        </div>
      </header>
      {tenant ? (
        <main className="yard">
          <BoardView
            key={`${tenant.id} ${boardId} ${tenant.role}`}
            tenantId={tenant.id}
            boardId={boardId}
            canMove={tenant.role !== "viewer"}
            onRights={onRights}
          />
          {tenant.role === "admin" && <Office key={tenant.id} tenantId={tenant.id} self={user} />}
        </main>
      ) : (
        <main className="gate" role="alert">
          <p>
            {lost
              ? `You are no member of ${lost.name} any more. What you saw is closed.`
              : "You are a member of no yard."}
          </p>
        </main>
      )}
    </>
  );
}
