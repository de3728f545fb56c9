/** What the page asks of FastAPI. */
export interface TableState {
  readonly id: string;
  readonly account: string;
  readonly kind: string;
  readonly days: number;
  readonly start: string;
  /** How much of it there is, from 0 to 1. */
  readonly part: number;
  readonly metres: readonly number[];
  readonly extremes: Readonly<
    Record<"highest" | "lowest", { readonly metres: number; readonly at: string }>
  > | null;
  readonly failed: string | null;
  /** What came after it is still to be received. */
  readonly position: string;
}

export type TableEntry = Pick<TableState, "id" | "kind" | "days">;

/** An answer that isn't a yes. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function ask(method: string, path: string, body?: object): Promise<Response> {
  const answer = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (answer.ok) return answer;
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: unknown };
  throw new Refused(
    answer.status,
    typeof detail === "string" ? detail : `The server answered ${answer.status}.`,
  );
}

const read = async <T>(method: string, path: string, body?: object) =>
  // What FastAPI answers is its models', which stand beside these types in server/tables.py.
  (await (await ask(method, path, body)).json()) as T;

/** An id may come from the address bar: whatever it holds, it stays in its place. */
const tableOf = (id: string) => `/tables/${encodeURIComponent(id)}`;

export const whoAmI = () => read<{ readonly account: string | null }>("GET", "/session");
export const signIn = (account: string) =>
  read<{ readonly account: string }>("POST", "/session", { account });
export const signOut = () => ask("DELETE", "/session");
export const listTables = () => read<readonly TableEntry[]>("GET", "/tables");
export const orderTable = (kind: string, days: number) => read<TableState>("POST", "/tables", { kind, days });
export const loadTable = (id: string) => read<TableState>("GET", tableOf(id));
/** The token's JSON, as `tokens.py` minted it. */
export const fetchToken = async (id: string) => (await ask("POST", `${tableOf(id)}/token`)).text();
