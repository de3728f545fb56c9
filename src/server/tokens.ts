/** Signs and checks tokens: JWT (RFC 7519), HS256 only, checkable offline. */
import { createSigner, createVerifier, TokenError } from "fast-jwt";
import { type Duration, toMilliseconds } from "../duration.js";
import { RealtimeError } from "../errors.js";
import { isReserved } from "./references.js";
import { readSecrets, type SecretKey } from "./secrets.js";

/** How long a token lives unless it says otherwise. */
export const DEFAULT_LIFE: Duration = "15m";
/** No token lives longer. What revokes one needn't be remembered longer, either. */
export const MAX_LIFE: Duration = "24h";

const MAX_LIFE_MS = toMilliseconds(MAX_LIFE, "the longest life");
const ISSUER = "halyard";

/** What a token opens. */
export interface Scope {
  readonly channel: string;
  /** Topics to receive. */
  readonly topics: readonly string[];
  /** Topics to publish to. */
  readonly publish: readonly string[];
  /** Whom it is for, such as a user's id. */
  readonly subject: string | undefined;
}

/** What a checked token says. */
export interface Claims extends Scope {
  /** The claim `jti`. */
  readonly id: string;
  /** In milliseconds since the Unix epoch, as `expiresAt`. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface Tokens {
  /** `after`: it says that it was issued later than that. Throws `INVALID_OPTIONS` where the life is none, or over 24 hours. */
  sign(scope: Scope, expiresIn: Duration | undefined, after?: number): string;
  /** Throws `TOKEN_MALFORMED`, `TOKEN_INVALID` (signature, algorithm, key id, issuer) or `TOKEN_EXPIRED`. */
  verify(key: string): Claims;
}

interface Keys {
  readonly sign: (payload: object) => string;
  readonly byId: ReadonlyMap<string | undefined, (key: string) => unknown>;
  /** By the header that this app's own tokens have, so that it needn't be decoded. */
  readonly byHeader: readonly (readonly [header: string, verify: (key: string) => unknown])[];
}

/**
 * `secret` is called at the first use, since an app that neither signs nor checks needs none. Of several, the first
 * signs and all check.
 */
export function createTokens(secret: () => string | readonly SecretKey[]): Tokens {
  let keys: Keys | undefined;

  return {
    sign({ channel, topics, publish, subject }, expiresIn = DEFAULT_LIFE, after = 0) {
      const life = toMilliseconds(expiresIn, "token expiresIn");
      if (life < 1000 || life > MAX_LIFE_MS) {
        throw new RealtimeError(
          "INVALID_OPTIONS",
          `A token's expiresIn must be between 1s and ${MAX_LIFE}; got ${JSON.stringify(expiresIn)}.`,
        );
      }
      keys ??= prepare(readSecrets(secret()));
      const now = Date.now();
      const issuedAt = Math.max(now, after + 1);
      return keys.sign({
        iss: ISSUER,
        channel,
        topics,
        ...(publish.length > 0 && { publish }),
        iat: Math.floor(issuedAt / 1000),
        // What was issued in the same second as its subject was revoked came before or after.
        ms: issuedAt % 1000,
        // Whole seconds, and never fewer than were asked for.
        exp: Math.ceil((now + life) / 1000),
        jti: globalThis.crypto.randomUUID(),
        ...(subject !== undefined && { sub: subject }),
      });
    },
    verify(key) {
      keys ??= prepare(readSecrets(secret()));
      let claims: unknown;
      try {
        claims = verifierOf(keys, key)(key);
      } catch (cause) {
        throw refusal(cause);
      }
      return readClaims(claims);
    },
  };
}

function prepare(secrets: readonly SecretKey[]): Keys {
  const made = secrets.map(({ id, secret: key }) => {
    const sign = createSigner({ key, algorithm: "HS256", ...(id !== undefined && { kid: id }) });
    const verify = createVerifier({
      key,
      algorithms: ["HS256"],
      allowedIss: ISSUER,
      // The library checks an issuer only where there is one.
      requiredClaims: ["iss", "exp", "iat", "jti"],
    });
    const header = headerOf(sign({}));
    return { id, sign, verify, header };
  });
  const [first] = made;
  return {
    // readSecrets lets no empty list through.
    sign: (first as NonNullable<typeof first>).sign,
    byId: new Map(made.map(({ id, verify }) => [id, verify])),
    byHeader: made.map(({ header, verify }) => [header, verify]),
  };
}

/** Up to the first dot, the dot included. */
const headerOf = (key: string) => key.slice(0, key.indexOf(".") + 1);

/** The key that the token names, and no other. */
function verifierOf({ byId, byHeader }: Keys, key: string): (key: string) => unknown {
  for (const [header, verify] of byHeader) if (key.startsWith(header)) return verify;
  const verify = byId.get(keyIdOf(key) as string | undefined);
  if (verify) return verify;
  throw new RealtimeError("TOKEN_INVALID", "The token was signed with a key that this server doesn't have.");
}

function keyIdOf(key: string): unknown {
  let header: unknown;
  try {
    header = JSON.parse(atob(headerOf(key).slice(0, -1).replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    throw malformed();
  }
  return (header as { kid?: unknown } | null)?.kid;
}

function readClaims(payload: unknown): Claims {
  const { channel, topics, publish = [], exp, iat, ms, jti, sub } = payload as Record<string, unknown>;
  const isScope =
    typeof channel === "string" && isNames(topics) && isNames(publish) && topics.length + publish.length > 0;
  if (!isScope)
    throw new RealtimeError("TOKEN_MALFORMED", "The token doesn't say which channel and topics it opens.");
  if (typeof exp !== "number" || typeof iat !== "number" || typeof jti !== "string")
    throw new RealtimeError("TOKEN_MALFORMED", "The token doesn't say when it was issued, or has no id.");
  const issuedAt = iat * 1000 + (typeof ms === "number" && ms >= 0 && ms < 1000 ? ms : 0);
  const expiresAt = exp * 1000;
  // A second for the rounding of `exp`. What lives longer could outlive its revocation.
  if (!(expiresAt - issuedAt <= MAX_LIFE_MS + 1000) || isReserved(channel)) {
    throw new RealtimeError("TOKEN_INVALID", "The token opens what no token may, or for too long.");
  }
  const subject = typeof sub === "string" ? sub : undefined;
  return { channel, topics, publish, subject, id: jti, issuedAt, expiresAt };
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");

const malformed = () => new RealtimeError("TOKEN_MALFORMED", "The token is no JWT.");

function refusal(cause: unknown): unknown {
  if (!(cause instanceof TokenError)) return cause;
  switch (cause.code) {
    case TokenError.codes.expired:
      return new RealtimeError("TOKEN_EXPIRED", "The token expired. Get a fresh one.");
    case TokenError.codes.malformed:
    case TokenError.codes.invalidType:
      return malformed();
    default:
      // The library's own words could quote the token; its code can't.
      return new RealtimeError("TOKEN_INVALID", `The token isn't one of this server's (${cause.code}).`);
  }
}
