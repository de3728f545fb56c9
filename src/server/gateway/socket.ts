/** What a session and the line to its client ask of each other, whatever wire it is, and frames that are prepared once for all of them. */

/** How a wire puts a frame on its line: a WebSocket header before it, or `data: ` and an empty line around it. */
export interface Envelope {
  /** The very bytes that leave for every client of this wire. */
  wrap(text: Uint8Array): Uint8Array;
}

/** A frame of the protocol, as bytes. Sockets that are sent the same frame share what their wire made of it. */
export class OutgoingFrame {
  /** The frame's JSON, in UTF-8. */
  readonly text: Uint8Array;
  #envelope: Envelope | undefined;
  #wrapped: Uint8Array | undefined;

  constructor(text: Uint8Array) {
    this.text = text;
  }

  /** The frame in an envelope: made once, as long as one wire asks after the other and they don't take turns. */
  in(envelope: Envelope): Uint8Array {
    if (this.#wrapped === undefined || this.#envelope !== envelope) {
      this.#envelope = envelope;
      this.#wrapped = envelope.wrap(this.text);
    }
    return this.#wrapped;
  }
}

/** A line to one client. */
export interface GatewaySocket {
  /** Queues a frame. What one turn of the event loop queues leaves in one write. Ignored once it is closed. */
  send(frame: OutgoingFrame): void;
  /** Bytes that were queued and haven't left this process. */
  readonly unwritten: number;
  /** Asks for a sign of life; it comes by `session.alive`. Does nothing where the wire knows by itself. */
  ping(): void;
  /** Ends the line, after what was queued. */
  close(code: number, reason: string): void;
  /** Cuts the line without a word. */
  terminate(): void;
}

/** What a line tells its session. */
export interface Session {
  /** A frame came: its text, or `undefined` where it wasn't text. */
  receive(text: string | undefined): void;
  /** The other end gave a sign of life. */
  alive(): void;
  /** What was queued has left this process. */
  drained(): void;
  /** The socket is gone, or about to go: by which close code, and why, in our words. */
  closed(code?: number, reason?: string): void;
}
