// @ts-check
/**
 * Checking a token, on one core: what a gateway does for each client when all reconnect. Every contestant checks the same
 * HS256 token: signature, algorithm, issuer, expiry. Halyard checks with fast-jwt, and looks at some claims more.
 */
import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { createVerifier } from "fast-jwt";
import { realtime, staticSchema } from "halyard";
import { createRealtime } from "halyard/server";
import { memory } from "halyard/transports/memory";
import { jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { measure, print } from "../measure.mjs";

const SECRET = "a secret of at least thirty-two characters";
const ISSUER = "halyard";
const CHECKS = 20_000;

const app = createRealtime({ transport: memory(), secret: SECRET });
const channel = realtime.channel({
  name: "scan:{id}",
  topics: { file: { schema: staticSchema() }, done: { schema: staticSchema() } },
})({ id: "42" });
const { key: token } = await app.token({ channel, subject: "user-4711", expiresIn: "1h" });
await app.close();

/** @param {(token: string) => unknown} check @returns {import("../measure.mjs").Contestant["start"]} */
const sync = (check) => async () => ({
  async round(count) {
    for (let i = 0; i < count; i++) check(token);
  },
  stop() {},
});

/** The least that can be done: nothing is checked but what a token of ours needs. @param {string} text */
function byHand(text) {
  const end = text.lastIndexOf(".");
  const [header, payload] = text.slice(0, end).split(".");
  const given = Buffer.from(text.slice(end + 1), "base64url");
  const made = createHmac("sha256", secretKey).update(text.slice(0, end)).digest();
  if (given.length !== made.length || !timingSafeEqual(given, made)) throw new Error("signature");
  const { alg } = JSON.parse(Buffer.from(header ?? "", "base64url").toString());
  const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
  if (alg !== "HS256" || claims.iss !== ISSUER || claims.exp * 1000 < Date.now()) throw new Error("claims");
  return claims;
}

const secretKey = createSecretKey(Buffer.from(SECRET));
const fastJwt = createVerifier({
  key: SECRET,
  algorithms: ["HS256"],
  allowedIss: ISSUER,
  requiredClaims: ["iss", "exp", "iat", "jti"],
});

const rates = await measure(
  [
    { name: "node:crypto by hand", start: sync(byHand) },
    { name: "fast-jwt (Halyard's)", start: sync(fastJwt) },
    {
      name: "jsonwebtoken",
      start: sync((text) => jsonwebtoken.verify(text, secretKey, { algorithms: ["HS256"], issuer: ISSUER })),
    },
    {
      name: "jose",
      async start() {
        const check = () => jwtVerify(token, secretKey, { algorithms: ["HS256"], issuer: ISSUER });
        return {
          async round(count) {
            // As many at a time as come together; one after the other it is slower.
            for (let i = 0; i < count; i += 100) await Promise.all(Array.from({ length: 100 }, check));
          },
          stop() {},
        };
      },
    },
  ],
  { messages: CHECKS },
);
print("checking a token (tokens checked)", rates);
