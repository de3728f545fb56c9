/** Your own auth, in small: who signs in gets a cookie with a name and its signature. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { RequestHandler, Response } from "express";
import { z } from "zod";

const COOKIE = "session";

/** A name stands in a channel's, which has 255 bytes: there, one character may take nine. */
export const nameSchema = z.object({ name: z.string().trim().toLowerCase().min(1).max(25) });

/** Puts the name of whoever asks into `response.locals.user`, where the cookie proves it. */
export const readSession =
  (secret: string): RequestHandler =>
  (request, response, next) => {
    const cookies = (request.headers.cookie ?? "").split("; ").map((cookie) => cookie.split("="));
    const [name = "", signature = ""] = (cookies.find(([key]) => key === COOKIE)?.[1] ?? "").split(".");
    const expected = sign(name, secret);
    const given = Buffer.from(signature);
    if (given.length === expected.length && timingSafeEqual(given, expected)) {
      response.locals.user = Buffer.from(name, "base64url").toString();
    }
    next();
  };

/** Lets nobody pass who isn't signed in. */
export const signedIn: RequestHandler = (_, response, next) => {
  if (response.locals.user === undefined) response.status(401).json({ error: "Sign in first." });
  else next();
};

/** Signs somebody in. Here anybody is who they say they are: a password, or whatever you ask for, belongs before this. */
export function startSession(response: Response, user: string, secret: string): void {
  const name = Buffer.from(user).toString("base64url");
  // `secure: true` as well, where you have https.
  response.cookie(COOKIE, `${name}.${sign(name, secret)}`, { httpOnly: true, sameSite: "lax" });
}

const sign = (name: string, secret: string): Buffer =>
  Buffer.from(createHmac("sha256", secret).update(name).digest("base64url"));
