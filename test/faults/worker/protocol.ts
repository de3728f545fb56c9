/** What the harness and its processes say to each other. */
import type { VariantName } from "../variants.js";

/** What a process is started with. */
export interface WorkerOptions {
  /** `"gateway"` serves clients, and publishes as well. */
  readonly role: "gateway" | "publisher";
  readonly variant: VariantName;
  /** The broker's port, or that of the line to it; 0 where there is none. */
  readonly brokerPort: number;
  /** A folder of the round's own. */
  readonly folder: string;
  readonly secret: string;
  /** What the channels' names begin with. */
  readonly prefix: string;
  /** Messages that a channel keeps. */
  readonly history: number;
  /** Puts a transport in between that is broken on purpose, to prove that it is noticed. */
  readonly isSabotaged: boolean;
}

/** A message to publish. */
export interface PublishCall {
  readonly call: number;
  readonly n: number;
  readonly channel: number;
  readonly topic: "tick" | "note" | "checked";
  readonly key?: string | undefined;
  readonly size: number;
}

export type Command =
  | { readonly type: "publish"; readonly calls: readonly PublishCall[] }
  /** From now on its clock is so many milliseconds off. */
  | { readonly type: "clock"; readonly offset: number }
  /** Ends what tokens were issued to this subject. */
  | { readonly type: "revoke"; readonly subject: string }
  /** Closes everything; then the process ends by itself. */
  | { readonly type: "stop" };

export type Report =
  /** It serves on this port; 0 for a publisher. */
  | { readonly type: "ready"; readonly port: number }
  | { readonly type: "done"; readonly call: number; readonly id: string }
  | { readonly type: "failed"; readonly call: number; readonly code: string; readonly message: string }
  | { readonly type: "revoked"; readonly subject: string }
  /** It was asked to stop, and this is what it does now. */
  | { readonly type: "closing"; readonly step: "app" | "server" | "client" | "nothing" }
  /** What its `onError` was told. */
  | { readonly type: "error"; readonly code: string; readonly message: string };
