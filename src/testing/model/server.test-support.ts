/** A server that is stopped and started again, on a broker that stays. */
import { createRealtime } from "../../server/app.js";
import type { App } from "../../server/app-types.js";
import type { Wire } from "../../wire.js";
import { SECRET } from "../channels.test-support.js";
import type { FakeClock } from "../clock.js";
import type { Broker } from "./broker.test-support.js";

/** How clients reach an app. */
export interface Reach {
  readonly wire: Wire;
  /** Clients stop reading, and read again, where the wire can tell a gateway so. */
  hold?(): void;
  release?(): void;
}

export class Server {
  app!: App;
  reach!: Reach;

  constructor(
    readonly clock: FakeClock,
    readonly broker: Broker,
    readonly howToReach: (app: App) => Reach,
    /** Hears of what must not happen. */
    readonly problem: (what: string) => void,
  ) {
    this.start();
  }

  /** Leads to the server that runs at the time. */
  get wire(): Wire {
    return { ...this.reach.wire, connect: (url, events) => this.reach.wire.connect(url, events) };
  }

  start(): void {
    this.app = createRealtime({
      transport: this.broker.transport,
      secret: SECRET,
      onError: (error) => {
        // Revocations are lost as messages are, and the server says so.
        if (!String(error).includes("Revocations may be missing"))
          this.problem(`the server had ${String(error)}`);
      },
    });
    this.reach = this.howToReach(this.app);
  }

  /** What a broker is slow to answer needs time to pass. */
  async stop(): Promise<void> {
    let isClosed = false;
    const closing = this.app.close().then(() => {
      isClosed = true;
    });
    for (let i = 0; i < 100 && !isClosed; i++) await this.clock.advance(i * 10);
    // What the broker has yet to answer.
    await this.clock.advance(100);
    if (isClosed) return closing;
    this.problem("the app didn't close");
  }
}
