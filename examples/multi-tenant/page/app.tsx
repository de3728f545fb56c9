/** The page: who you are, which yard, which board. */
import { RealtimeProvider } from "halyard/react";
import { useCallback, useEffect, useState } from "react";
import { api, type Membership, type Person, type Session } from "./api.js";
import { BoardView } from "./board.js";
import { Office } from "./office.js";

export function App() {
  const [session, setSession] = useState<Session>();
  const [trouble, setTrouble] = useState("");
  /** Goes on as whom the server says, or tells why it says nothing. */
  const ask = useCallback(async (asked: Promise<Session>) => {
    try {
      setSession(await asked);
      setTrouble("");
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  }, []);
  useEffect(() => {
    void ask(api.session());
  }, [ask]);

  return (
    // One connection for all that is below, and one way to tokens, unless a hook has its own.
    <RealtimeProvider token={api.token}>
      {session?.user === null && <SignIn ask={ask} />}
      {session?.user && <Yard key={session.user} user={session.user} session={session} ask={ask} />}
      <p className="trouble" role="alert">
        {trouble}
      </p>
    </RealtimeProvider>
  );
}

interface Asking {
  readonly ask: (asked: Promise<Session>) => void;
}

function SignIn({ ask }: Asking) {
  const [people, setPeople] = useState<readonly Person[]>([]);
  useEffect(() => {
    api.people().then(setPeople, (error) => console.warn(error.message));
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
                <button key={user} type="button" onClick={() => ask(api.signIn(user))}>
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

interface YardProps extends Asking {
  readonly user: string;
  readonly session: Session;
}

function Yard({ user, session: { tenants }, ask }: YardProps) {
  const [[tenantId, boardId], setPlace] = useState(() => firstPlace(tenants));
  const [lost, setLost] = useState<Membership>();
  const tenant = tenants.find(({ id }) => id === tenantId);

  /** The memberships have changed: what the server says of them now is what holds. */
  function onRights() {
    const now = api.session().then((session) => {
      if (tenant && !session.tenants.some(({ id }) => id === tenant.id)) setLost(tenant);
      return session;
    });
    ask(now);
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
          <button type="button" className="plain" onClick={() => ask(api.signOut())}>
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
