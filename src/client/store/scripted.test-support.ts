/** A store before a gateway that a test scripts, on a page that can be hidden. */
import { vi } from "vitest";
import { channel, client, gateway, tick, token } from "../set-up.test-support.js";
import type { GivenOptions } from "./options.js";
import { createStore } from "./store.js";

/** A store that somebody listens to. */
export function make(options: Partial<GivenOptions> = {}) {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("document", page);
  const store = createStore({ client, channel, token: () => token, ...options });
  const listener = vi.fn();
  const stop = store.subscribe(listener);
  return {
    store,
    listener,
    stop,
    state: () => store.getSnapshot(),
    ids: () => store.getSnapshot().messages.all.map(({ id }) => id),
    show(isVisible: boolean) {
      page.visibilityState = isVisible ? "visible" : "hidden";
      page.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

/** The same, connected. */
export async function open(options?: Partial<GivenOptions>, position: string | null = "e.0") {
  const made = make(options);
  await tick();
  gateway.last.open().subscribed(position);
  return made;
}
