// @ts-check
/** For Vitest: finds or starts the brokers before the first test. After `npm test` did, it finds what that found. */
import { kinds } from "./kinds.mjs";
import { provide } from "./provide.mjs";

export default async function setup() {
  for (const kind of kinds) {
    const provided = await provide(kind);
    if ("lacks" in provided && process.env.CI === "true") throw new Error(provided.lacks);
    if ("lacks" in provided) console.warn(`SKIPPED tests of ${kind}: ${provided.lacks}`);
  }
}
