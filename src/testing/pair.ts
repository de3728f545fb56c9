/** An app and a client of it, joined in this process. */
import { type MemoryOptions, memory } from "../../transports/memory/index.js";
import { type Client, createClient } from "../client/client.js";
import { createRealtime } from "../server/app.js";
import type { App } from "../server/app-types.js";
import type { GatewayOptions } from "../server/gateway/limits.js";
import type { Supports } from "../transport.js";
import type { Faults } from "./faults.js";
import { faultyWire } from "./faulty-wire.js";
import { inProcess } from "./in-process.js";

export interface PairOptions<S extends Supports = Supports> {
  /** The app, where you have one. Default: one with a memory transport and a secret of its own. */
  readonly app?: App<S> | undefined;
  /** Of the gateway: limits, heartbeat. */
  readonly gateway?: GatewayOptions | undefined;
  /** Of the default app's transport: such as how much it keeps. */
  readonly memory?: MemoryOptions | undefined;
}

export interface Pair<S extends Supports = Supports> {
  readonly app: App<S>;
  /** Its subscriptions reach the app's gateway, and no network. */
  readonly client: Client;
  /** What goes wrong between the two. */
  readonly faults: Faults;
  /** Closes the client, and the app that wasn't given. */
  close(): Promise<void>;
}

/**
 * What a test of your own needs: publish at one end, see what comes out at the other. Tokens are real.
 *
 * @example
 * ```ts
 * const { app, client, close } = testPair();
 * const subscription = await client.subscribe({ token: () => app.token({ channel: ch }), channel: ch, onMessage });
 * await app.publish(ch.status, { message: "Done!" }); // `onMessage` is called with it
 * ```
 */
export function testPair(options?: PairOptions & { readonly app?: undefined }): Pair<MemoryAppSupports>;
export function testPair<S extends Supports>(options: PairOptions<S> & { readonly app: App<S> }): Pair<S>;
export function testPair(options: PairOptions = {}): Pair {
  const { app = createPrivateApp(options.memory), gateway } = options;
  const wire = faultyWire(inProcess(app, gateway));
  const client = createClient({ url: "http://localhost/api/realtime", wires: [wire] });
  return {
    app,
    client,
    faults: wire.faults,
    async close() {
      client.close();
      if (!options.app) await app.close();
    },
  };
}

/** Nothing of it is shared with the rest of the process, as the default of `createRealtime` would be. */
const createPrivateApp = (options: MemoryOptions | undefined) =>
  createRealtime({ transport: memory(options), secret: globalThis.crypto.randomUUID() });

type MemoryAppSupports = ReturnType<typeof createPrivateApp> extends App<infer S> ? S : never;
