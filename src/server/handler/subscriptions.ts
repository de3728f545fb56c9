/** The body of a request for subscriptions: the frame of each, and what is refused of them. */
import { readClientFrame } from "../gateway/frames.js";
import type { GatewayLimits } from "../gateway/limits.js";
import type { Told } from "../observe/connection.js";
import { Refusal, refusing } from "./answers.js";

/** The first version, and as yet the only one. */
const VERSION = "halyard.v1";
/**
 * Of a request with up to so many times the subscriptions that a connection may have, those beyond are refused one by
 * one: a client that wants one too many keeps the others. With more, all of it is refused, before it costs anything.
 */
const SURPLUS = 2;

interface Refused extends Told {
  readonly id: number;
}

export interface AskedSubscriptions {
  /** The `subscribe` frame of each, in the order that a session takes them. */
  readonly frames: readonly string[];
  /** Why each that is refused is so. */
  readonly refused: readonly Refused[];
}

const encoder = new TextEncoder();

/** Throws a {@link Refusal}. What tokens are worth, and what they open, isn't looked at. */
export async function readAsked(
  { versions, subscriptions }: Record<string, unknown>,
  limits: GatewayLimits,
): Promise<AskedSubscriptions> {
  if (!Array.isArray(versions)) {
    throw new Refusal("INVALID_REQUEST", `"versions" must be an array, such as ["${VERSION}"].`);
  }
  if (!versions.includes(VERSION)) throw new Refusal("PROTOCOL_VERSION", `This gateway speaks ${VERSION}.`);
  if (!Array.isArray(subscriptions) || subscriptions.length === 0) {
    throw new Refusal("INVALID_REQUEST", '"subscriptions" must be an array of at least one subscription.');
  }
  const most = limits.subscriptions;
  if (subscriptions.length > SURPLUS * most) {
    throw new Refusal("FRAME_TOO_LARGE", `A request carries at most ${most} subscriptions.`);
  }
  const asked = await refusing(["BAD_FRAME"], () => subscriptions.map(readSubscription));
  asked.sort((a, b) => a.id - b.id);
  const again = asked.find(({ id }, i) => id === asked[i - 1]?.id);
  if (again) throw new Refusal("BAD_FRAME", `Subscription id ${again.id} stands twice.`);

  const frames: string[] = [];
  const refused: Refused[] = [];
  for (const { id, text } of asked) {
    if (isLonger(text, limits.frame)) {
      const message = `A subscription has at most ${limits.frame} bytes.`;
      refused.push({ id, code: "FRAME_TOO_LARGE", message });
    } else if (frames.length === most) {
      const message = `A request carries at most ${most} subscriptions.`;
      refused.push({ id, code: "TOO_MANY_SUBSCRIPTIONS", message });
    } else frames.push(text);
  }
  return { frames, refused };
}

function readSubscription(given: unknown) {
  let text: string;
  try {
    text = JSON.stringify({ ...Object(given), type: "subscribe" });
  } catch {
    // So deep that it can't be written; it could be read.
    throw new Refusal("BAD_FRAME", "A subscription is too deep.");
  }
  return { id: readClientFrame(text).id, text };
}

/** In bytes of UTF-8: at least one, at most three for each character of the text. */
const isLonger = (text: string, bytes: number) =>
  text.length > bytes || (3 * text.length > bytes && encoder.encode(text).length > bytes);
