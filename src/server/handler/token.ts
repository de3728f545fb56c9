/** `POST …/token`: a token, where `authorize` says yes. */
import type { AnyRegistry } from "../../registry.js";
import type { App } from "../app-types.js";
import { Refusal, type RefusalCode, refusing, success } from "./answers.js";
import { isNames, readBody } from "./body.js";
import { readTerms } from "./terms.js";

/** Bytes of a request's body. */
const MAX_BODY = 16_384;

/**
 * `authorize`, as it is called: what the registry's types say of each entry holds for the one that matched. What it
 * answers is checked: JavaScript, a cast or a type that is wide enough may give anything.
 */
export type PlainAuthorize = (question: object) => unknown;

interface Asked {
  readonly channel: string;
  readonly topics: readonly string[] | undefined;
  readonly publish: readonly string[];
}

/** What answers the endpoint. */
export function createTokenEndpoint(
  app: App,
  channels: AnyRegistry,
  authorize: PlainAuthorize,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const asked = readAsked(await readBody(request, MAX_BODY));
    const refusal = (code: RefusalCode, message: string) =>
      new Refusal(code, message, { channel: asked.channel });
    const match = channels.match(asked.channel);
    if (!match) throw refusal("UNKNOWN_CHANNEL", "No channel has that name.");
    const { entry, channel, params } = match;
    const { topics = match.topics, publish } = asked;
    if ([...topics, ...publish].some((topic) => !match.topics.includes(topic))) {
      throw refusal("UNKNOWN_TOPIC", `No such topic. Its topics: ${match.topics.join(", ")}.`);
    }
    const terms = readTerms(await authorize({ request, entry, channel, params, topics, publish }));
    if (!terms) throw refusal("FORBIDDEN", "You may not have a token for this channel.");
    const { topics: toReceive = topics, publish: toPublish = [], expiresIn, subject } = terms;
    const granted = topics.filter((topic) => toReceive.includes(topic));
    const published = publish.filter((topic) => toPublish.includes(topic));
    if (granted.length + published.length === 0) {
      throw refusal("FORBIDDEN", "You may not have a token for these topics.");
    }
    const scope = {
      channel: channel.name,
      topics: granted,
      ...(published.length > 0 && { publish: published }),
    };
    return success(await refusing(["CLOSED"], () => app.token({ expiresIn, subject, ...scope })));
  };
}

function readAsked({ channel, topics, publish = [] }: Record<string, unknown>): Asked {
  if (typeof channel !== "string" || channel === "") {
    throw new Refusal("INVALID_REQUEST", '"channel" must be the name of a channel.');
  }
  if (!isNames(publish)) throw new Refusal("INVALID_REQUEST", '"publish" must be an array of strings.');
  if (topics === undefined) return { channel, topics, publish };
  // To receive nothing is a wish only of who publishes.
  if (!isNames(topics) || topics.length + publish.length === 0) {
    throw new Refusal("INVALID_REQUEST", '"topics" must be an array of at least one string.');
  }
  return { channel, topics, publish };
}
