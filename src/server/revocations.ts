/**
 * Revoking tokens: servers tell each other over a channel of their own, by the transport's ordinary means. Where it
 * replays, a server that starts later reads what was revoked before.
 */
import { snapshot } from "../codec.js";
import { isRealtimeError, RealtimeError } from "../errors.js";
import { type Delivery, readDelivery } from "../frame.js";
import { readToken } from "../token.js";
import type { Gap, Sink, Transport, TransportSubscription } from "../transport.js";
import { guard } from "./guard.js";
import type { Publisher } from "./publisher.js";
import { REVOCATIONS } from "./references.js";
import { forgetAt, isName, type Revocation, Revoked, readRevocation, revokedError } from "./revoked.js";
import type { Claims, Tokens } from "./tokens.js";

/** What `app.revoke` takes: one of these. */
export interface RevokeOptions {
  readonly jti?: unknown;
  readonly subject?: unknown;
  readonly token?: unknown;
}

/** What tells whether a token was revoked. */
type Checked = Pick<Claims, "id" | "subject" | "issuedAt">;

/** Who waits until the revocations are loaded. */
export interface Waiter {
  /** They are, as of now; or, with an error, they can't be. Called once. */
  loaded(error?: unknown): void;
}

export interface Revocations {
  /** Begins to listen, if that hasn't been done. What goes wrong is told to whoever checks. */
  start(): void;
  /**
   * Whether they are loaded, so that `check` gives no promise. Else `waiter` is called when they are, or can't be, unless it
   * leaves before: a broker that doesn't answer must not hold who has gone.
   */
  isLoaded(waiter: Waiter): boolean;
  leave(waiter: Waiter): void;
  /**
   * Throws, or rejects with, `TOKEN_REVOKED`; `TRANSPORT_FAILED` where it can't be known. Await it: gives a promise only
   * until the revocations are loaded.
   */
  check(claims: Checked): Promise<void> | undefined;
  /** Whether it is known to be revoked. */
  has(claims: Checked): boolean;
  /** Up to when a subject's tokens are revoked, in milliseconds since the Unix epoch; 0 where none were. */
  revokedAt(subject: string): number;
  /** Applies it here at once; resolves when the transport has it. */
  revoke(revocation: Revocation): Promise<void>;
  /** Listens no more. */
  stop(): void;
}

/** Entries of one page of history. */
const PAGE = 1000;
const FIRST_RETRY = 1_000;
const LAST_RETRY = 30_000;

/** `changed` is called after new ones were applied. */
export function createRevocations(
  transport: Transport,
  publisher: Publisher,
  onError: (error: unknown) => void,
  changed: () => void,
): Revocations {
  const revoked = new Revoked();
  let subscription: TransportSubscription | undefined;
  let loading: Promise<void> | undefined;
  let isLoaded = false;
  let isStopped = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_RETRY;
  const waiters = new Set<Waiter>();

  function apply(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      try {
        revoked.add(readRevocation(readDelivery(REVOCATIONS, delivery).data));
      } catch (error) {
        // Whoever put it there, it isn't ours; the others still count.
        onError(error);
      }
    }
    changed();
  }

  /** First the live ones, then the history: what comes in both is applied twice, without harm. */
  async function load(): Promise<void> {
    if (isStopped) throw closed();
    let failure: RealtimeError | undefined;
    const sink: Sink = {
      deliver: apply,
      gap: ({ reason }) => onError(missing(reason)),
      fail(error) {
        failure = error;
        // While it loads, whoever asked for it is told.
        if (isLoaded) lost(error);
      },
    };
    const opened = await guard(transport, "subscribe to the revocations", () =>
      transport.subscribe(REVOCATIONS, {}, sink),
    );
    try {
      await readAll();
      if (isStopped) failure = closed();
      if (failure) throw failure;
    } catch (error) {
      opened.unsubscribe();
      throw error;
    }
    subscription = opened;
    isLoaded = true;
    wait = FIRST_RETRY;
  }

  function lost(error: RealtimeError): void {
    isLoaded = false;
    subscription = undefined;
    if (isStopped || error.code === "CLOSED") return;
    onError(error);
    loadAgain();
  }

  async function readAll(): Promise<void> {
    if (!transport.supports.replay || !transport.history) return;
    const history = transport.history.bind(transport);
    let after: string | undefined;
    for (let more = true; more && !isStopped; ) {
      const page = await guard(transport, "read the revocations", () =>
        history(REVOCATIONS, { after, limit: PAGE }),
      );
      if (page.gap) onError(missing(page.gap.reason));
      apply(page.deliveries);
      more = page.more;
      after = page.position;
    }
  }

  function loadOnce(): Promise<void> {
    clearTimeout(retry);
    if (!loading) {
      loading = load().finally(() => {
        loading = undefined;
      });
      loading.then(() => tell(), tell);
    }
    return loading;
  }

  function tell(error?: unknown): void {
    // Who is told may wait again.
    const told = [...waiters];
    for (const waiter of told) {
      if (!waiters.delete(waiter)) continue;
      try {
        waiter.loaded(error);
      } catch (thrown) {
        onError(thrown);
      }
    }
  }

  /** What holds subscriptions must hear of revocations, also where no new one asks. */
  function loadAgain(): void {
    loadOnce().catch((error) => {
      if (isStopped || (isRealtimeError(error) && error.code === "CLOSED")) return;
      retry = setTimeout(loadAgain, wait);
      // It mustn't keep a process alive that has nothing else to do. Other runtimes give a number.
      (retry as { unref?: () => void }).unref?.();
      wait = Math.min(wait * 2, LAST_RETRY);
    });
  }

  function throwIfRevoked(claims: Checked): void {
    if (revoked.has(claims)) throw revokedError();
  }

  return {
    start() {
      if (!isLoaded && !isStopped) void loadOnce(); // who checks tries again, and is told
    },
    isLoaded(waiter) {
      if (isLoaded) return true;
      waiters.add(waiter);
      void loadOnce();
      return false;
    },
    leave: (waiter) => void waiters.delete(waiter),
    check(claims) {
      if (!isLoaded) return loadOnce().then(() => throwIfRevoked(claims));
      throwIfRevoked(claims);
      return undefined;
    },
    has: (claims) => revoked.has(claims),
    revokedAt: (subject) => revoked.revokedAt(subject),
    async revoke(revocation) {
      revoked.add(revocation);
      changed();
      const where = "revoke";
      await publisher.publish({
        channel: REVOCATIONS,
        topic: "revoked",
        payload: snapshot(revocation, where),
        key: undefined,
        where,
      });
    },
    stop() {
      isStopped = true;
      isLoaded = false;
      clearTimeout(retry);
      subscription?.unsubscribe();
      subscription = undefined;
    },
  };
}

const closed = () => new RealtimeError("CLOSED", "This app was closed.");

const missing = (reason: Gap["reason"]) =>
  new RealtimeError(
    "TRANSPORT_FAILED",
    `Revocations may be missing (${reason}): tokens that were revoked may be good here until they expire. Revoke them again.`,
  );

/** What is to be revoked; `undefined` for a token that has expired. Throws `INVALID_OPTIONS` or a token's code. */
export function readRevokeOptions(options: RevokeOptions, tokens: Tokens): Revocation | undefined {
  const { jti, subject, token } = options ?? {};
  const given = [jti, subject, token].filter((one) => one !== undefined);
  if (given.length !== 1 || (token === undefined && !isName(given[0]))) {
    throw new RealtimeError(
      "INVALID_OPTIONS",
      "revoke needs one of { jti }, { subject }, each of 1 to 255 characters, and { token }.",
    );
  }
  if (subject !== undefined) return { subject: subject as string, before: Date.now(), until: forgetAt() };
  if (jti !== undefined) return { jti: jti as string, until: forgetAt() };
  try {
    const { id, expiresAt } = tokens.verify(readToken(token).key);
    return { jti: id, until: expiresAt + 1000 };
  } catch (error) {
    if (isRealtimeError(error) && error.code === "TOKEN_EXPIRED") return undefined;
    throw error;
  }
}
