/** Checks what `createChannelStore` was given, since not everybody has a compiler. */
import type { AnyMessage } from "../../message.js";
import { checkOptions, refuse } from "../options.js";
import type { StoreHandlers, StoreSettings } from "./types.js";

/** The options, as data. */
export interface GivenOptions extends StoreSettings, StoreHandlers<AnyMessage> {
  readonly token: unknown;
  readonly channel: unknown;
  readonly topics?: unknown;
  readonly validate?: unknown;
}

/** The options, checked. */
export interface StoreOptions extends GivenOptions {
  /** `historyLimit`; infinite where that is `null`. */
  readonly limit: number;
  readonly bufferInterval: number;
  readonly reconnect: boolean;
  readonly pauseOnHidden: boolean;
  readonly autoCloseOnTerminal: boolean;
}

/** Fills in what has a default. Throws `INVALID_OPTIONS` or `UNKNOWN_TOPIC`. */
export function checkStoreOptions(given: GivenOptions): StoreOptions {
  const {
    historyLimit = 100,
    bufferInterval,
    url,
    apiBaseUrl,
    client,
    reconnectMinMs,
    reconnectMaxMs,
  } = given;
  if (url != null && apiBaseUrl != null && url !== apiBaseUrl) {
    refuse("url and apiBaseUrl are the same thing: give one");
  }
  if (client && (reconnectMinMs || reconnectMaxMs)) {
    refuse("a client has its own pace: give reconnectMinMs and reconnectMaxMs to createClient");
  }
  const limit = historyLimit ?? Number.POSITIVE_INFINITY;
  // An integer, or all of them.
  if (!(limit >= 0 && (limit % 1 === 0 || historyLimit === null))) {
    refuse("historyLimit must be an integer, 0 or more, or null");
  }
  for (const [name, value] of Object.entries({ bufferInterval, reconnectMinMs, reconnectMaxMs })) {
    // A timer for more than 31 bits would fire at once.
    if (value != null && !(value >= 0 && value < 2 ** 31)) refuse(`${name} must be milliseconds, 0 or more`);
  }
  const options = {
    ...given,
    url: url ?? apiBaseUrl,
    limit,
    bufferInterval: bufferInterval ?? 0,
    reconnect: given.reconnect ?? true,
    pauseOnHidden: given.pauseOnHidden ?? true,
    autoCloseOnTerminal: given.autoCloseOnTerminal ?? true,
  };
  checkOptions(options);
  return options;
}
