/** The emitter of contracts: what channels carry, in a file for those who review a change, in whatever language. */
import { defineEmitter, type Emitter } from "../emitter.js";
import { contractChannel } from "./contract/channel.js";
import { byKey, type Json, object, printJson } from "./contract/json.js";

/** Where a contract is written to by default. */
export const CONTRACT_OUT = "channels.contract.json";

/** Goes up when who reads an older contract would misread a newer one. */
export const CONTRACT_VERSION = 1;

export interface ContractOptions {
  /** The file to write. Default: `channels.contract.json`. */
  readonly out?: string | undefined;
}

/**
 * Writes the contract of a project's channels: names, params, and what each topic takes and sends. It is small and each
 * member has a line of its own, so that a change of it reads well. Commit it, and let somebody own it.
 *
 * @example
 * ```ts
 * export default defineConfig({ outputs: [typescript(), contract({ out: "contracts/channels.json" })] });
 * ```
 */
export function contract({ out = CONTRACT_OUT }: ContractOptions = {}): Emitter {
  return defineEmitter({
    name: "contract",
    out,
    emit({ channels, registries }, { mark }) {
      const entries = channels.map((channel) => [channel.id, contractChannel(channel)] as const);
      const gathered = registries.map(({ id, channels }): readonly [string, Json] => [
        id,
        { members: channels.map(({ key, channel }) => [key, channel] as const).sort(byKey) },
      ]);
      const file = object(
        ["$comment", mark],
        ["version", CONTRACT_VERSION],
        // By name: where a channel is declared is no part of it.
        ["channels", { members: entries.sort(byKey) }],
        gathered.length > 0 && ["registries", { members: gathered.sort(byKey) }],
      );
      return `${printJson(file)}\n`;
    },
  });
}
