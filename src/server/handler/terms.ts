/** What `authorize` answered: only a yes that can't be anything else is one. */
import { RealtimeError } from "../../errors.js";
import { isNames } from "./body.js";
import type { Authorization } from "./token-types.js";

export type Terms = Exclude<Authorization, boolean>;

const MEMBERS: readonly PropertyKey[] = [
  "topics",
  "publish",
  "expiresIn",
  "subject",
] satisfies readonly (keyof Terms)[];

/**
 * The terms of a yes; `undefined` for a no. Throws `INVALID_OPTIONS`, which is for the server's developer, where it is
 * neither: a `Response` of 403, an error or a row of a database was hardly meant as a yes to everything.
 */
export function readTerms(answer: unknown): Terms | undefined {
  if (answer === true) return {};
  if (answer === false || answer === undefined || answer === null) return undefined;
  if (!isPlain(answer)) throw refuse(`a value that is none of these: ${nameOf(answer)}`);
  const unknown = Reflect.ownKeys(answer).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw refuse(`an object with a member "${String(unknown)}"`);
  for (const list of ["topics", "publish"] as const) {
    const names = answer[list];
    if (names !== undefined && !isNames(names)) throw refuse(`"${list}" that is no array of strings`);
  }
  // How long it lives, and for whom, app.token checks.
  return answer as Terms;
}

/** Of any realm: a test's, a worker's. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Its class or type, and nothing that it holds. */
const nameOf = (value: unknown) => Object(value).constructor?.name || typeof value;

const refuse = (what: string) =>
  new RealtimeError(
    "INVALID_OPTIONS",
    `createHandler: authorize answered ${what}. Answer true, false, or terms: { topics?, publish?, expiresIn?, subject? }, the first two arrays of strings.`,
  );
