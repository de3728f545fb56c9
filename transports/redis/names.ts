/** The names that a channel has in Redis. */

/** What belongs to a channel. In a cluster all of it lies in one slot: that of the part in braces. */
export interface ChannelNames {
  /** The key of the channel's state: its epoch and how far it has come. */
  readonly state: string;
  /** The key of the stream that holds its messages. */
  readonly stream: string;
  /** The pub/sub channel on which batches are told. */
  readonly live: string;
  /** The key of what a publisher sent last. */
  writer(id: string): string;
  /** The key that remembers an idempotency key. */
  used(key: string): string;
}

/** A brace would end the hash tag early, or begin another; "%" keeps the encoding reversible. */
const encode = (channel: string): string =>
  channel.replace(/[%{}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

export function namesOf(prefix: string, channel: string): ChannelNames {
  const base = `${prefix}{${encode(channel)}}:`;
  return {
    state: `${base}state`,
    stream: `${base}stream`,
    live: `${base}live`,
    writer: (id) => `${base}writer:${id}`,
    used: (key) => `${base}key:${key}`,
  };
}
