/** What a tenant's members ask for, below `/api/tenants/:tenantId`. */
import type { App } from "halyard/server";
import { Hono } from "hono";
import { z } from "zod";
import { columns } from "../cards.js";
import { board, column, office } from "../channels.js";
import { type Access, type Role, rights, roles } from "./access.js";
import type { Boards } from "./boards.js";
import type { Asking, Sessions } from "./sessions.js";

interface Parts {
  readonly app: App;
  readonly access: Access;
  readonly boards: Boards;
  readonly sessions: Sessions;
}

interface AskingMember {
  Variables: Asking["Variables"] & { role: Role; tenantId: string };
}

const move = z.object({ card: z.string(), column, before: z.string().nullable() });
const order = z.object({ boat: z.string().trim().min(1).max(40), work: z.string().trim().min(1).max(80) });
const membership = z.object({ role: z.enum(roles) });

export function tenantRoutes({ app, access, boards, sessions }: Parts): Hono<AskingMember> {
  const routes = new Hono<AskingMember>();
  const refuse = { error: "Your role doesn't let you." };
  const missing = { error: "There is nothing like that." };
  const note = (tenantId: string, text: string) => app.publish(office({ tenantId }).noted, { text });

  routes.use(sessions.required);
  routes.use(async (c, next) => {
    const tenantId = c.req.param("tenantId") ?? "";
    const role = access.roleOf(c.var.user, tenantId);
    // As if it weren't there: who somebody else's customers are is nobody's business.
    if (!role) return c.json(missing, 404);
    c.set("role", role);
    c.set("tenantId", tenantId);
    return next();
  });

  routes.use("/boards/:boardId/*", (c, next) =>
    access.hasBoard(c.var.tenantId, c.req.param("boardId")) ? next() : Promise.resolve(c.json(missing, 404)),
  );

  routes.get("/boards/:boardId", async (c) => {
    const state = await boards.read(c.var.tenantId, c.req.param("boardId"));
    return state ? c.json(state) : c.json(missing, 404);
  });

  // A token endpoint of your own: the middleware above has asked whether, the role says what for.
  routes.post("/boards/:boardId/token", async (c) => {
    const { tenantId, user, role } = c.var;
    const channel = board({ tenantId, boardId: c.req.param("boardId") });
    return c.json(await app.token({ channel, topics: rights[role].topics, subject: user, expiresIn: "5m" }));
  });

  routes.post("/boards/:boardId/moves", async (c) => {
    const { tenantId, user, role } = c.var;
    if (role === "viewer") return c.json(refuse, 403);
    const body = move.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: z.prettifyError(body.error) }, 422);
    const { card: id, column, before } = body.data;
    let boat = "";
    const moved = await boards.change(tenantId, c.req.param("boardId"), (cards) => {
      const card = cards.find((card) => card.id === id);
      boat = card?.boat ?? "";
      return card && { card: { ...card, column }, before };
    });
    if (!moved) return c.json(missing, 404);
    await note(tenantId, `${boat}: ${columns[column].toLowerCase()} (${user})`);
    return c.json({});
  });

  routes.post("/boards/:boardId/cards", async (c) => {
    const { tenantId, user, role } = c.var;
    if (role === "viewer") return c.json(refuse, 403);
    const body = order.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: z.prettifyError(body.error) }, 422);
    const card = { ...body.data, id: crypto.randomUUID(), column: "booked" as const };
    if (!(await boards.change(tenantId, c.req.param("boardId"), () => ({ card, before: null })))) {
      return c.json(missing, 404);
    }
    await note(tenantId, `${card.boat}: booked (${user})`);
    return c.json({}, 201);
  });

  routes.get("/members", (c) =>
    c.var.role === "admin" ? c.json(access.members(c.var.tenantId)) : c.json(refuse, 403),
  );

  routes.put("/members/:user", async (c) => {
    if (c.var.role !== "admin") return c.json(refuse, 403);
    const body = membership.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success) return c.json({ error: z.prettifyError(body.error) }, 422);
    return change(c.var, c.req.param("user"), body.data.role).then(() => c.json({}));
  });

  routes.delete("/members/:user", async (c) => {
    if (c.var.role !== "admin") return c.json(refuse, 403);
    return change(c.var, c.req.param("user"), undefined).then(() => c.json({}));
  });

  /** First the table, so that nobody gets a new token by the old role; then what they hold is taken back. */
  async function change(
    { tenantId, user: admin }: AskingMember["Variables"],
    user: string,
    role: Role | undefined,
  ) {
    access.set(user, tenantId, role);
    // All that they have, of other tenants as well: their page gets new ones where they still may, and misses nothing.
    await app.revoke({ subject: user });
    await note(tenantId, `${user}: ${role ?? "removed"} (${admin})`);
  }

  return routes;
}
