/** The secrets that tokens are signed and checked with. */
import { RealtimeError } from "../errors.js";

/** One of several secrets, while they are being rotated. */
export interface SecretKey {
  /**
   * Names the secret in the header of the tokens that it signs (`kid`, RFC 7515, section 4.1.4): 1 to 64 characters of
   * `A–Z a–z 0–9 . _ ~ -`. One secret may have none.
   */
  readonly id?: string | undefined;
  /** At least 32 characters. */
  readonly secret: string;
}

/** RFC 7518, section 3.2: an HS256 key has at least 256 bits. */
const MIN_LENGTH = 32;

/** Checks a secret or several. Throws `INVALID_SECRET`, and never says what it got. */
export function readSecrets(given: string | readonly SecretKey[]): readonly SecretKey[] {
  const keys = typeof given === "string" ? [{ secret: given }] : given;
  if (!Array.isArray(keys) || keys.length === 0) {
    throw refuse("secret must be a string, or an array of at least one { id, secret }");
  }
  const ids = new Set<unknown>();
  for (const { id, secret } of keys.map((key) => Object(key) as Partial<SecretKey>)) {
    if (typeof secret !== "string" || secret.length < MIN_LENGTH) {
      throw refuse(
        `A secret must have at least ${MIN_LENGTH} characters. \`openssl rand -base64 32\` makes one`,
      );
    }
    if (id !== undefined && !(typeof id === "string" && /^[\w.~-]{1,64}$/.test(id))) {
      throw refuse("A secret's id must be 1 to 64 characters of A–Z a–z 0–9 . _ ~ -");
    }
    if (ids.has(id)) throw refuse("Each of several secrets needs an id of its own; only one may have none");
    ids.add(id);
  }
  return keys;
}

const refuse = (what: string) => new RealtimeError("INVALID_SECRET", `${what}.`);
