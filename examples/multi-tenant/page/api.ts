/** What the page asks of the server. */
import type { Card } from "../channels.js";
import type { Role } from "../server/access.js";
import type { BoardState } from "../server/boards.js";

export type { BoardState, Role };

export interface Membership {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly boards: Readonly<Record<string, string>>;
}

export interface Session {
  readonly user: string | null;
  readonly tenants: readonly Membership[];
}

export interface Person {
  readonly tenant: string;
  readonly user: string;
  readonly role: Role;
}

export interface Member {
  readonly user: string;
  readonly role: Role;
}

/** An answer that isn't a yes. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  // What the server answers is its routes' own, which stand beside these types.
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer as T;
  const { error } = answer as { error?: string | { message: string } };
  const message = typeof error === "object" ? error.message : error;
  throw new Refused(response.status, message ?? `The server answered ${response.status}.`);
}

/** The id of a tenant may hold anything: it stays in its place here, too. */
const of = (tenantId: string, rest: string) => `/tenants/${encodeURIComponent(tenantId)}${rest}`;

export interface Placement {
  readonly card: Card["id"];
  readonly column: Card["column"];
  readonly before: string | null;
}

export const api = {
  session: () => ask<Session>("GET", "/session"),
  people: () => ask<readonly Person[]>("GET", "/people"),
  signIn: (user: string) => ask<Session>("POST", "/session", { user }),
  signOut: () => ask<Session>("DELETE", "/session"),
  board: (tenantId: string, boardId: string) => ask<BoardState>("GET", of(tenantId, `/boards/${boardId}`)),
  /** A token of the server's own route. */
  boardToken: (tenantId: string, boardId: string) =>
    ask<{ readonly key: string }>("POST", of(tenantId, `/boards/${boardId}/token`)).then(({ key }) => key),
  /** A token of Halyard's endpoint, which asks `authorize`. */
  token: (wanted: { channel: string; topics: readonly string[]; publish?: readonly string[] }) =>
    ask<{ readonly key: string }>("POST", "/realtime/token", wanted).then(({ key }) => key),
  move: (tenantId: string, boardId: string, placement: Placement) =>
    ask("POST", of(tenantId, `/boards/${boardId}/moves`), placement),
  book: (tenantId: string, boardId: string, order: { boat: string; work: string }) =>
    ask("POST", of(tenantId, `/boards/${boardId}/cards`), order),
  members: (tenantId: string) => ask<readonly Member[]>("GET", of(tenantId, "/members")),
  setRole: (tenantId: string, user: string, role: Role) =>
    ask("PUT", of(tenantId, `/members/${user}`), { role }),
  remove: (tenantId: string, user: string) => ask("DELETE", of(tenantId, `/members/${user}`)),
};
