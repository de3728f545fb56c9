/** What the hooks below have in common: a client, a token, settings. */
import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useInsertionEffect,
  useState,
} from "react";
import type { StoreSettings } from "../client/store/types.js";
import type { TokenCovering } from "../token.js";
import { over, type Surroundings, type Wanted } from "./plan.js";
import { isSame } from "./same.js";

/** A token as the server made it, or its text. */
export type ProvidedToken = TokenCovering<string, unknown> | string;

/** What {@link RealtimeProvider} takes: defaults for the hooks below it. A hook's own options come first. */
export interface RealtimeProviderProps extends StoreSettings {
  /** Fetches a token for what a hook asks for. It may be written in place: the one that was rendered last is called. */
  readonly token?: ((wanted: Wanted) => ProvidedToken | PromiseLike<ProvidedToken>) | undefined;
  readonly children?: ReactNode;
}

const page: Surroundings = { defaults: {}, cache: new Map(), token: undefined };
const Context = createContext(page);

export const useSurroundings = (): Surroundings => useContext(Context);

/**
 * Gives the hooks below it what they have in common, so that they need not be given it one by one. Components within it that
 * ask for the same share it. Without a Provider, those of the whole page do.
 *
 * @example
 * ```tsx
 * <RealtimeProvider token={({ channel, topics }) => fetchToken(channel, topics)}>
 *   <App />
 * </RealtimeProvider>
 * ```
 */
export function RealtimeProvider({ children, token, ...settings }: RealtimeProviderProps): ReactNode {
  const outer = useSurroundings();
  const [own] = useState(createOwn);
  // Before the effects of the hooks below, which are the first to ask: with a document and without.
  useInsertionEffect(() => {
    own.token = token;
  });
  const next: Surroundings = {
    defaults: over(outer.defaults, settings),
    cache: own.cache,
    token: token ? own.ask : outer.token,
  };
  const [value, setValue] = useState(next);
  // Hooks render anew where a setting changed, and not for each new function.
  if (value.token !== next.token || !isSame(value.defaults, next.defaults)) setValue(next);
  return createElement(Context.Provider, { value }, children);
}

/** What a Provider keeps: the stores of the hooks below, and a function that calls the token function of its last render. */
function createOwn() {
  const own = {
    cache: new Map(),
    token: undefined as RealtimeProviderProps["token"],
    ask: (wanted: Wanted): unknown => own.token?.(wanted),
  };
  return own;
}
