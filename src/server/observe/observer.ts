/** The hooks of an app, made safe to call from anywhere. */
import { isRealtimeError, RealtimeError } from "../../errors.js";
import { isThenable } from "../../schema.js";
import { ConnectionObserver } from "./connection.js";
import type { RealtimeEvent, RealtimeHooks } from "./events.js";

/** The hooks that there are. Each throws nothing, and freezes what it is given. */
export type Observer = RealtimeHooks;

/** All that there are, by name. */
const HOOKS: { readonly [K in keyof Required<RealtimeHooks>]: true } = {
  published: true,
  delivered: true,
  dropped: true,
  gap: true,
  slow: true,
  connected: true,
  disconnected: true,
  subscribed: true,
  unsubscribed: true,
  refused: true,
};
const NAMES = Object.keys(HOOKS) as readonly (keyof RealtimeHooks)[];

/** Throws `INVALID_OPTIONS` for what is no hook: one that is misspelt would never be called. */
export function checkHooks(on: unknown): void {
  if (on === undefined) return;
  if (typeof on !== "object" || on === null) throw refuse("on must be an object of functions.");
  // A class's methods stand on its prototype, and are found by their names alone.
  const unknown = Object.keys(on).find(
    (name) => !Object.hasOwn(HOOKS, name) && isFunction(on[name as keyof typeof on]),
  );
  if (unknown !== undefined) throw refuse(`there is no hook "${unknown}". There are: ${NAMES.join(", ")}.`);
  for (const name of NAMES) {
    const hook = (on as Readonly<Record<string, unknown>>)[name];
    if (hook !== undefined && !isFunction(hook)) throw refuse(`on.${name} must be a function.`);
  }
}

/**
 * The hooks of several listeners as one, `undefined` where there is none: whoever tells asks for that first, and then makes
 * nothing. What one throws, or rejects with, goes to `onError`.
 */
export function createObserver(
  listeners: readonly (RealtimeHooks | undefined)[],
  onError: (error: unknown) => void,
): Observer | undefined {
  const observer: Partial<Record<keyof RealtimeHooks, (event: never) => void>> = {};
  let isHeard = false;
  for (const name of NAMES) {
    const calls = listeners.flatMap((on) => {
      const hook = on?.[name];
      // Every hook takes its own kind of event; here they are all alike.
      return hook ? [hook.bind(on) as (event: RealtimeEvent) => unknown] : [];
    });
    if (calls.length === 0) continue;
    isHeard = true;
    const failed = (cause: unknown) => onError(failure(name, cause));
    observer[name] = (event: RealtimeEvent) => {
      Object.freeze(event);
      for (const call of calls) {
        try {
          const returned = call(event);
          if (isThenable(returned)) returned.then(undefined, failed);
        } catch (cause) {
          failed(cause);
        }
      }
    };
  }
  // Each was made of hooks of its own name.
  return isHeard ? (observer as Observer) : undefined;
}

/** Says who comes, by which wire; what it gives is told what becomes of that. */
export type Connect = (wire: string, origin?: string) => ConnectionObserver;

/** Counts an app's connections. `undefined` where nobody listens. */
export function connectionsOf(observer: Observer | undefined): Connect | undefined {
  let count = 0;
  return observer && ((wire, origin) => new ConnectionObserver(observer, ++count, wire, origin));
}

function failure(name: string, cause: unknown): RealtimeError {
  if (isRealtimeError(cause)) return cause;
  return new RealtimeError("HANDLER_FAILED", `createRealtime: the hook "${name}" failed; see the cause.`, {
    cause,
  });
}

const isFunction = (value: unknown) => typeof value === "function";

const refuse = (what: string) => new RealtimeError("INVALID_OPTIONS", `createRealtime: ${what}`);
