/** What a mast shows: a subscription as React wants it. */
import { useEffect, useReducer } from "react";
import { type MastHoisted, type MastMessage, type MastWind, subscribeMast } from "./channels.gen.js";
import { fetchToken } from "./token.js";

export interface Mast {
  /** `open` while messages come. */
  readonly status: string;
  /** The newest first. */
  readonly flags: readonly (MastHoisted & { readonly id: string })[];
  readonly wind: MastWind | undefined;
}

type Event = MastMessage | { readonly topic: "status"; readonly status: string };

/** So many fit on the halyard. */
const ROOM = 5;
const bare: Mast = { status: "connecting", flags: [], wind: undefined };

/** Follows a harbour's mast for as long as the component is there. */
export function useMast(harbour: string): Mast {
  const [mast, dispatch] = useReducer(reduce, bare);
  useEffect(() => {
    // StrictMode mounts twice, and a harbour may change: each subscription ends with the effect that began it.
    const end = new AbortController();
    const { signal } = end;
    const tell = (event: Event) => signal.aborted || dispatch(event);
    subscribeMast({
      params: { harbour },
      token: () => fetchToken({ channel: `mast:${harbour}` }, signal),
      signal,
      onMessage: tell,
      onStatus: (status) => tell({ topic: "status", status }),
      // What passes, such as a lost connection, shows in the status.
      onError: (error) => console.warn(error.message),
    }).catch((error) => {
      if (!signal.aborted) tell({ topic: "status", status: error.message });
    });
    return () => end.abort();
  }, [harbour]);
  return mast;
}

function reduce(mast: Mast, event: Event): Mast {
  switch (event.topic) {
    case "status":
      return { ...mast, status: event.status };
    case "wind":
      return { ...mast, wind: event.data };
    case "hoisted":
      return { ...mast, flags: [{ ...event.data, id: event.id }, ...mast.flags].slice(0, ROOM) };
  }
}
