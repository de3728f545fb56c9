/** Sessions: your own way to know who is asking. This one believes everybody. */
import { randomBytes } from "node:crypto";
import { Hono, type MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { parse } from "hono/utils/cookie";
import { z } from "zod";
import { type Access, roles, tenants } from "./access.js";

/** What a route knows of who is asking. */
export interface Asking {
  Variables: { user: string };
}

export interface Sessions {
  /** Whose session a `Cookie` header names. */
  userOf(cookie: string): string | undefined;
  /** Lets nobody through who isn't signed in. */
  readonly required: MiddlewareHandler<Asking>;
  /** `GET`, `POST` and `DELETE /session`. */
  routes(access: Access): Hono;
}

const NAME = "session";

export function createSessions(): Sessions {
  const users = new Map<string, string>();
  const userOf = (cookie: string) => users.get(parse(cookie, NAME)[NAME] ?? "");

  return {
    userOf,
    async required(c, next) {
      const user = userOf(c.req.header("cookie") ?? "");
      if (!user) return c.json({ error: "Sign in first." }, 401);
      c.set("user", user);
      return next();
    },
    routes(access) {
      /** Who it is, and where they are a member. */
      const describe = (user: string | undefined) => ({
        user: user ?? null,
        tenants: tenants.flatMap(({ id, name, boards }) => {
          const role = user && access.roleOf(user, id);
          return role ? [{ id, name, role, boards }] : [];
        }),
      });
      const known = new Set(tenants.flatMap(({ id }) => access.members(id).map(({ user }) => user)));
      const routes = new Hono();
      routes.get("/session", (c) => c.json(describe(userOf(c.req.header("cookie") ?? ""))));
      routes.post("/session", async (c) => {
        const body = z.object({ user: z.string() }).safeParse(await c.req.json().catch(() => undefined));
        const user = body.data?.user ?? "";
        if (!known.has(user)) return c.json({ error: "Nobody here is called that." }, 422);
        const id = randomBytes(32).toString("base64url");
        users.set(id, user);
        // `secure: true` as well, where you have https.
        setCookie(c, NAME, id, { httpOnly: true, sameSite: "Lax", path: "/" });
        return c.json(describe(user));
      });
      routes.delete("/session", (c) => {
        users.delete(getCookie(c, NAME) ?? "");
        deleteCookie(c, NAME);
        return c.json(describe(undefined));
      });
      routes.get("/people", (c) =>
        c.json(
          tenants.flatMap(({ id, name }) =>
            access
              .members(id)
              .toSorted((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role))
              .map(({ user, role }) => ({ tenant: name, user, role })),
          ),
        ),
      );
      return routes;
    },
  };
}
