/** A client, a server and a broker, what happens to them, and an account of what each subscription was told. */
import { type Client, createClient } from "../../client/client.js";
import type { App } from "../../server/app-types.js";
import type { Subscription } from "../../subscription.js";
import { room, URL_OF_GATEWAY } from "../channels.test-support.js";
import type { FakeClock } from "../clock.js";
import { type FaultyWire, faultyWire } from "../faulty-wire.js";
import { type Broker, createBroker } from "./broker.test-support.js";
import { CHANNELS, type Command, type Run, scriptOf, TOPICS } from "./commands.test-support.js";
import type { Account, Publication, Told } from "./oracle.test-support.js";
import { type Reach, Server } from "./server.test-support.js";

interface Held {
  subscription?: Subscription<unknown>;
  readonly account: { -readonly [K in keyof Account]: Account[K] } & { told: Told[] };
  /** While it is paused, its reader waits for this. */
  gate: Promise<void> | undefined;
  open: () => void;
  readonly errors: string[];
}

const channels = Array.from({ length: CHANNELS }, (_, i) => room({ id: `${i}` }));
const channelAt = (index: number) => channels[index] as (typeof channels)[number];

export class World {
  readonly published: Publication[] = [];
  readonly subscriptions: Held[] = [];
  /** What must not happen, whatever happens: a subscription that gives up, an error that nobody caused. */
  readonly problems: string[] = [];
  readonly #broker: Broker;
  readonly #server: Server;
  readonly #wire: FaultyWire;
  readonly #client: Client;
  readonly #ids: { channel: string; id: string; n: number }[] = [];
  /** What has yet to be stored: it may still be received by who subscribes now. */
  readonly #underway = new Set<number>();
  #tokensWork = true;
  #isWell = false;
  #repeats = false;
  #failedOver = false;
  #resets = 0;
  #count = 0;

  constructor(
    readonly clock: FakeClock,
    readonly run: Run,
    reach: (app: App) => Reach,
    readonly replays = true,
  ) {
    const { keeps, latency } = run;
    this.#broker = createBroker({ history: { count: keeps, age: "1d" } }, replays, latency);
    this.#server = new Server(clock, this.#broker, reach, (what) => void this.problems.push(what));
    const script = scriptOf(run.faults);
    this.#wire = faultyWire(this.#server.wire, (passing) => {
      if (this.#isWell) return undefined;
      return this.#repeats && passing.frame.startsWith('{"type":"messages"') ? "duplicate" : script(passing);
    });
    this.#client = createClient({ url: URL_OF_GATEWAY, wires: [this.#wire], random: () => 0.5 });
  }

  #publish(index: number, topics: readonly (typeof TOPICS)[number][]): void {
    const ch = channelAt(index);
    for (const topic of topics) {
      const n = this.#count++;
      this.#underway.add(n);
      this.published.push({ n, channel: ch.name, topic });
      this.#server.app.publish(ch[topic], n).then(
        ({ id }) => {
          this.#underway.delete(n);
          this.#ids.push({ channel: ch.name, id, n });
        },
        (error) => this.problems.push(`publishing ${n} failed: ${error}`),
      );
    }
  }

  #subscribe({ channel, topics, after }: Extract<Command, { type: "subscribe" }>): void {
    const ch = channelAt(channel);
    const known = this.#ids.filter((one) => one.channel === ch.name);
    const start = typeof after === "number" && known.length > 0 ? known[after % known.length] : undefined;
    const account: Held["account"] = {
      channel: ch.name,
      topics,
      notBefore: start ? start.n + 1 : after === "nonsense" ? 0 : this.#now(ch.name, topics),
      from: undefined,
      wasPaused: false,
      isOpen: true,
      told: [],
    };
    const held: Held = { account, gate: undefined, open: () => undefined, errors: [] };
    this.subscriptions.push(held);
    const subject = `user ${this.subscriptions.length}`;
    const promise = this.#client.subscribe({
      channel: ch,
      topics,
      after: after === "nonsense" ? after : start?.id,
      token: async () => {
        if (!this.#tokensWork) throw new Error("No token now.");
        return this.#server.app.token({ channel: ch, expiresIn: `${this.run.life}s`, subject });
      },
      onMessage: ({ channel, topic, data, id }) => {
        account.told.push({ type: "message", channel, topic, n: data as number, id });
        return held.gate;
      },
      onGap: ({ reason }) => {
        // After a gap without a position, the same may be told again.
        const stored = this.#failedOver ? 1 : this.#broker.stored;
        account.told.push({ type: "gap", reason, stored, resets: this.#resets });
      },
      onError: (error) => {
        held.errors.push(`${error.code}: ${error.message}`);
      },
      onStatus: (status) => {
        if (status === "reconnecting") account.told.push({ type: "lost" });
        if (status !== "closed" || !account.isOpen) return;
        account.isOpen = false;
        this.problems.push(`a subscription gave up: ${held.errors.at(-1)}`);
      },
    });
    promise.then(
      (subscription) => {
        held.subscription = subscription as Subscription<unknown>;
        account.from = start ? start.n + 1 : this.#count;
        if (!account.isOpen) subscription.close();
      },
      (error) => {
        if (error?.code === "CLOSED") return;
        account.isOpen = false;
        this.problems.push(`subscribing failed: ${error}`);
      },
    );
  }

  /**
   * What "from now on" may begin with: what has yet to be stored; and where the client has the same subscription already,
   * which it shares, what that one has yet to be given.
   */
  #now(channel: string, topics: readonly string[]): number {
    // A gateway starts from what its broker has delivered: what that holds back, it may yet get.
    if (this.#broker.isDeaf) return 0;
    const shared = this.subscriptions
      .filter(({ account }) => account.channel === channel && `${account.topics}` === `${topics}`)
      .map(({ account }) => 1 + Math.max(-1, ...account.told.map((one) => ("n" in one ? one.n : -1))));
    return Math.min(this.#count, ...this.#underway, ...shared);
  }

  #close(held: Held): void {
    if (!held.account.isOpen || !held.subscription) return;
    held.account.isOpen = false;
    held.subscription.close();
    held.account.told.push({ type: "closed" });
  }

  #read(held: Held): void {
    held.gate = undefined;
    held.open();
  }

  async do(command: Command): Promise<void> {
    const { faults } = this.#wire;
    const held =
      "which" in command && this.subscriptions.length > 0
        ? this.subscriptions[command.which % this.subscriptions.length]
        : undefined;
    switch (command.type) {
      case "publish":
        return this.#publish(command.channel, Array(command.count).fill(command.topic));
      case "burst":
        return this.#publish(
          command.channel,
          Array.from({ length: command.count }, (_, i) => TOPICS[i % TOPICS.length] ?? "a"),
        );
      case "subscribe":
        return this.#subscribe(command);
      case "close":
        return held && this.#close(held);
      case "pause":
        if (held && !held.gate) {
          held.account.wasPaused = true;
          held.gate = new Promise((resolve) => {
            held.open = resolve;
          });
        }
        return;
      case "read":
        return held && this.#read(held);
      case "cut":
        return faults.cut();
      case "silence":
        return faults.silence();
      case "refuse":
        return faults.refuse(command.times);
      case "heal":
        return faults.heal();
      case "hold":
        return this.#server.reach.hold?.();
      case "release":
        return this.#server.reach.release?.();
      case "restart":
        await this.#server.stop();
        return this.#server.start();
      case "reset":
        // The server and its broker are one, and lose their memory.
        await this.#server.stop();
        await this.#broker.reset();
        this.#resets++;
        return this.#server.start();
      case "deafen":
        return this.#broker.deafen();
      case "failover":
        return this.#failOver();
      case "redeliver":
        return this.#broker.redeliver(command.count);
      case "repeat":
        // Without a history, nobody could tell.
        this.#repeats = command.on && this.replays;
        return;
      case "tokens":
        this.#tokensWork = command.work;
        return;
      case "revoke":
        return held && this.#revoke(held);
      case "advance":
        return this.clock.advance(command.milliseconds);
      case "sleep":
        return this.clock.sleep(command.milliseconds);
    }
  }

  async #failOver(): Promise<void> {
    this.#resets++;
    this.#failedOver = true;
    await this.#broker.reset();
  }

  #revoke(held: Held): void {
    this.#server.app.revoke({ subject: `user ${this.subscriptions.indexOf(held) + 1}` }).catch((error) => {
      this.problems.push(`revoking failed: ${error}`);
    });
  }

  /** All is well again. Every subscription gets to where it should be, and proves it by one more message. */
  async recover(): Promise<void> {
    this.#isWell = this.#tokensWork = true;
    if (this.#broker.isDeaf) await this.#failOver();
    this.#wire.faults.heal();
    this.#server.reach.release?.();
    for (const held of this.subscriptions) this.#read(held);
    await this.clock.advance("3m");
    // All has been well for long enough: nothing may go wrong any more.
    const before = this.subscriptions.map(({ errors }) => errors.length);
    await this.clock.advance("2m");
    this.subscriptions.forEach(({ errors }, i) => {
      if (errors.length > (before[i] ?? 0))
        this.problems.push(`subscription ${i} was disturbed while all was well: ${errors.at(-1)}`);
    });
    for (let i = 0; i < CHANNELS; i++) this.#publish(i, TOPICS);
    await this.clock.advance("30s");
  }

  /** Ends everything, and tells what was left behind. */
  async end(): Promise<void> {
    for (const { account } of this.subscriptions) account.isOpen = false;
    this.#client.close();
    await this.#server.stop();
    await this.#broker.close();
    await this.clock.advance(0);
    if (this.clock.timers > 0) this.problems.push(`${this.clock.timers} timers were left`);
    if (this.#wire.faults.lines > 0) this.problems.push(`${this.#wire.faults.lines} lines were left`);
  }
}
