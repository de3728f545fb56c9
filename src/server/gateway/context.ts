/** What the sessions of a gateway share. */
import type { Transport } from "../../transport.js";
import type { Hub } from "../hub.js";
import type { Connect } from "../observe/observer.js";
import type { Revocations } from "../revocations.js";
import type { Tokens } from "../tokens.js";
import type { GatewayLimits } from "./limits.js";
import type { Roster } from "./roster.js";
import type { Subjects } from "./subjects.js";

export interface GatewayContext {
  readonly hub: Hub;
  readonly transport: Transport;
  readonly tokens: Tokens;
  readonly revocations: Revocations;
  readonly roster: Roster;
  readonly subjects: Subjects;
  readonly limits: GatewayLimits;
  /** Hears of what goes wrong on the server's side; clients are told only that it did. */
  readonly onError: (error: unknown) => void;
  /** Says who comes, where somebody listens to that. */
  readonly connect: Connect | undefined;
}
