/** What a mast shows: the channel, as the page wants it. */
import { useRealtime, useTopic } from "halyard/react";
import { type MastHoisted, type MastWind, mast } from "./channels.gen.js";
import { fetchToken } from "./token.js";

export interface Mast {
  /** `open` while messages come. */
  readonly status: string;
  /** The newest first. */
  readonly flags: readonly (MastHoisted & { readonly id: string })[];
  readonly wind: MastWind | undefined;
}

/** So many fit on the halyard. */
const ROOM = 5;

/** Follows a harbour's mast for as long as the component is there. */
export function useMast(harbour: string): Mast {
  const channel = mast({ harbour });
  const token = () => fetchToken({ channel: channel.name });
  // The wind turns every second, and takes no room from the flags.
  const hoisted = useRealtime({ channel, topics: ["hoisted"], token, historyLimit: ROOM });
  const wind = useTopic(channel.wind, { token });
  return {
    status: hoisted.error?.message ?? hoisted.connectionStatus,
    flags: hoisted.messages.all.map(({ id, data }) => ({ id, ...data })).reverse(),
    wind,
  };
}
