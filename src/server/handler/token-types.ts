/** What `authorize` is asked, and what it may answer. */
import type { Duration } from "../../duration.js";
import type { RegistryMatch } from "../../registry.js";

/** What `authorize` is asked. Narrow `params`, `topics` and `publish` by `entry`, the channel's key in the registry. */
export type AuthorizeRequest<R> =
  RegistryMatch<R> extends infer Match
    ? Match extends {
        readonly entry: infer E;
        readonly channel: infer C;
        readonly params: infer P;
        readonly topics: infer T;
      }
      ? {
          readonly request: Request;
          readonly entry: E;
          readonly channel: C;
          readonly params: P;
          /** The topics that are asked for, to receive. */
          readonly topics: T;
          /** The topics that are asked for, to publish to. Mostly none. */
          readonly publish: T;
        }
      : never
    : never;

/**
 * What `authorize` answers: yes, no, or yes with these terms. A bare yes is to receiving, never to publishing. An object
 * with any other member, or of a class (a row, an error, a `Response`), is no answer: the client gets 500 `INTERNAL` and no
 * token, the app's `onError` an `INVALID_OPTIONS` that says what it was.
 */
export type Authorization<Topic extends string = string> =
  | boolean
  | {
      /** Only these of the topics that were asked for. Default: all of them. */
      readonly topics?: readonly Topic[] | undefined;
      /** These of the topics that publishing was asked for. Default: none. */
      readonly publish?: readonly Topic[] | undefined;
      readonly expiresIn?: Duration | undefined;
      /**
       * Whom the token is for, such as a user's id: its claim `sub`. By it, connections and publishing are limited, tokens
       * are revoked, and idempotency keys are told apart: without one, a retry with a fresh token is another message.
       */
      readonly subject?: string | undefined;
    };

/** Your own check: who is asking, and may they? */
export type Authorize<R> = (
  request: AuthorizeRequest<R>,
) => Authorization<TopicsIn<R>> | Promise<Authorization<TopicsIn<R>>>;

/** The topics of all channels of a registry. Of which channel they are asked for, is known at run time. */
type TopicsIn<R> = RegistryMatch<R>["topics"][number];
