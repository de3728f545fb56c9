/** What the transport calls of the user's NATS client: nothing else is needed, and no package is imported for it. */

/** A message that the client hands over. */
export interface NatsMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
  readonly headers?: { readonly code: number; get(name: string): string } | undefined;
}

/** A subscription of the client. */
export interface NatsSubscription {
  unsubscribe(): void;
}

/** A connection: what `connect()` of `@nats-io/transport-node` gives. */
export interface NatsConnection {
  readonly info?: { readonly version: string; readonly max_payload: number } | undefined;
  publish(subject: string, payload?: Uint8Array): void;
  subscribe(
    subject: string,
    options: { callback: (error: Error | null, message: NatsMessage) => void },
  ): NatsSubscription;
  requestMany(
    subject: string,
    payload: string,
    options: { strategy: "count"; maxMessages: number; maxWait: number; noMux: boolean },
  ): Promise<AsyncIterable<NatsMessage>>;
  flush(): Promise<void>;
  status(): AsyncIterable<object>;
  closed(): Promise<unknown>;
  isClosed(): boolean;
}

/** What JetStream answers to a publish. */
export interface NatsAck {
  readonly stream: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** A client of JetStream: what `jetstream(connection)` of `@nats-io/jetstream` gives. */
export interface NatsJetStream {
  readonly apiPrefix: string;
  publish(
    subject: string,
    payload: Uint8Array,
    options: { msgID?: string; timeout: number },
  ): Promise<NatsAck>;
  jetstreamManager(checkApi: boolean): Promise<unknown>;
}

/** A message as it is stored. */
export interface StoredMessage {
  readonly subject: string;
  readonly seq: number;
  readonly data: Uint8Array;
}

/** Which message: of this number, the last of a subject, or the first of a subject from a number on. */
export type MessageQuery =
  | { readonly seq: number }
  | { readonly last_by_subj: string }
  | { readonly seq: number; readonly next_by_subj: string };

/** What is read of a stream's configuration, and written where one is made. Durations are in nanoseconds. */
export interface StreamConfig {
  readonly name: string;
  readonly description?: string | undefined;
  readonly subjects?: readonly string[] | undefined;
  readonly retention?: string | undefined;
  readonly storage?: string | undefined;
  readonly num_replicas?: number | undefined;
  readonly discard?: string | undefined;
  readonly max_age?: number | undefined;
  readonly max_bytes?: number | undefined;
  readonly max_msgs_per_subject?: number | undefined;
  readonly max_msg_size?: number | undefined;
  readonly duplicate_window?: number | undefined;
  readonly no_ack?: boolean | undefined;
  readonly sealed?: boolean | undefined;
  readonly republish?:
    | { readonly src?: string; readonly dest: string; readonly headers_only?: boolean }
    | undefined;
}

/** A stream's configuration and state. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly created: string;
  /** Absent where the server is alone. */
  readonly cluster?: { readonly leader?: string | undefined } | undefined;
  readonly state: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly num_deleted?: number | undefined;
    readonly deleted?: readonly number[] | undefined;
    readonly subjects?: Readonly<Record<string, number>> | undefined;
  };
}

/** What manages streams: what `jetstreamManager()` of a JetStream client gives. */
export interface NatsManager {
  readonly streams: {
    info(
      stream: string,
      options?: { subjects_filter: string } | { deleted_details: boolean },
    ): Promise<StreamInfo>;
    add(config: StreamConfig): Promise<StreamInfo>;
    update(stream: string, config: { description: string }): Promise<StreamInfo>;
    getMessage(stream: string, query: MessageQuery): Promise<StoredMessage | null>;
  };
  readonly consumers: {
    add(stream: string, config: object): Promise<{ readonly name: string; readonly num_pending: number }>;
    delete(stream: string, consumer: string): Promise<boolean>;
  };
}
