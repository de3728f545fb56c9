/** Your own auth, in small: who signs in gets a cookie with a name and its signature. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { crew, type Person } from "../channels.js";

const sign = (person: string, secret: string): Buffer =>
  Buffer.from(createHmac("sha256", secret).update(person).digest("base64url"));

/** Who asks, where a cookie proves it. */
export function personOf(request: IncomingMessage, secret: string): Person | undefined {
  const [, name, signature = ""] = /(?:^|; )session=(\w+)\.([\w-]+)/.exec(request.headers.cookie ?? "") ?? [];
  const person = crew.find((one) => one === name);
  if (!person) return undefined;
  const expected = sign(person, secret);
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) ? person : undefined;
}

/** Signs somebody in. Here all are who they say they are: a password, or whatever you ask for, belongs before this. */
export function startSession(response: ServerResponse, person: Person, secret: string): void {
  // And `Secure`, where you have https.
  const cookie = `session=${person}.${sign(person, secret)}; HttpOnly; SameSite=Lax; Path=/`;
  response.setHeader("set-cookie", cookie);
}
