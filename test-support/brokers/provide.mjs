// @ts-check
/** Finds the brokers for a run of tests, or starts them. What was found stands in the environment, for all processes. */
import { brokers } from "./kinds.mjs";
import { probe, withoutPassword } from "./probe.mjs";
import { findPrograms } from "./programs.mjs";
import { start } from "./start.mjs";

/** @typedef {import("./kinds.mjs").Kind} Kind */
/** Either where it is, or why there is none. @typedef {{ note: string } | { lacks: string }} Provided */

/**
 * One broker for this process and its children: at its variable's address; else at its default port; else one started
 * from what is installed, which ends with this process. Its variable then has its address, or `none`.
 *
 * @param {Kind} kind
 * @param {import("./kinds.mjs").Facts} [facts]
 * @returns {Promise<Provided>} Throws where the variable has an address at which it can't be used.
 */
export async function provide(kind, facts = brokers[kind]) {
  const { title, variable, url, programs } = facts;
  const given = process.env[variable];
  if (given === "none") return { lacks: `${variable}=none` };
  if (given) {
    const answer = await probe(kind, given);
    if (!answer.ok) throw new Error(`${title} of ${variable}: ${answer.why}`);
    return { note: `${answer.version} at ${withoutPassword(given)}` };
  }

  const answer = await probe(kind, url);
  if (answer.ok) {
    process.env[variable] = url;
    return { note: `${answer.version} at ${url}` };
  }
  const unusable = answer.absent ? "" : ` (not used: ${answer.why})`;
  if (!findPrograms(programs)) {
    process.env[variable] = "none";
    return {
      lacks: `${title} doesn't run and isn't installed; \`npm run setup\` installs it (Debian, root)${unusable}`,
    };
  }
  const server = await start[kind]();
  process.env[variable] = server.url;
  return { note: `started for this run at ${server.url}${unusable}` };
}
