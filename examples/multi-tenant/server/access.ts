/** Who is who, and who may do what: in your app, your users and their memberships. */

export const roles = ["viewer", "editor", "admin"] as const;
export type Role = (typeof roles)[number];

export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly boards: Readonly<Record<string, string>>;
}

const boards = { slipway: "Slipway", winter: "Winter storage" };

export const tenants: readonly Tenant[] = [
  { id: "north", name: "North Yard", boards },
  { id: "south", name: "South Yard", boards },
  // A tenant may choose an id that looks like a part of another's channel: it gains nothing.
  { id: "north:board:slipway", name: "The Forge", boards },
];

/** What a role may on a board: receive, and publish by itself. What is changed goes through the server's own routes. */
export const rights = {
  viewer: { topics: ["placed", "holding"], publish: [] },
  editor: { topics: ["placed", "holding"], publish: ["holding"] },
  admin: { topics: ["placed", "holding"], publish: ["holding"] },
} as const;

export interface Access {
  hasBoard(tenantId: string, boardId: string): boolean;
  /** What the user is to the tenant; `undefined`: nothing. */
  roleOf(user: string, tenantId: string): Role | undefined;
  /** The tenant's members. */
  members(tenantId: string): readonly { readonly user: string; readonly role: Role }[];
  /** Makes somebody a member, or of another role, or (`undefined`) none. */
  set(user: string, tenantId: string, role: Role | undefined): void;
}

/** The membership table. Users are called by what they do. */
export function createAccess(): Access {
  const table: Record<string, Record<string, Role>> = {
    north: { foreman: "admin", rigger: "editor", apprentice: "viewer", surveyor: "viewer" },
    south: { manager: "admin", sailmaker: "editor", surveyor: "viewer" },
    "north:board:slipway": { smith: "admin" },
  };
  const byTenant = new Map(Object.entries(table).map(([id, users]) => [id, new Map(Object.entries(users))]));
  return {
    hasBoard: (tenantId, boardId) =>
      tenants.some(({ id, boards }) => id === tenantId && Object.hasOwn(boards, boardId)),
    roleOf: (user, tenantId) => byTenant.get(tenantId)?.get(user),
    members: (tenantId) => [...(byTenant.get(tenantId) ?? [])].map(([user, role]) => ({ user, role })),
    set(user, tenantId, role) {
      const members = byTenant.get(tenantId);
      if (role) members?.set(user, role);
      else members?.delete(user);
    },
  };
}
