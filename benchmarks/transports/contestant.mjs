// @ts-check
/** What is compared: somebody who publishes, and somebody else, on connections of their own, who gets it. */

/** @typedef {{ seq: number, text: string }} Message */

/**
 * @typedef {object} Session One channel of one contestant.
 * @property {(message: Message) => Promise<unknown>} publish Resolves when the broker has it.
 * @property {((onMessage: (message: Message) => void, onLoss: (why: string) => void) => Promise<void>) | undefined} subscribe
 * @property {() => Promise<void>} stop
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} [beside] Whom it is compared with. Default: the first.
 * @property {number} [pace] Messages that it is given in a round, as a part of what the others are. Default 1.
 * @property {(channel: string) => Promise<Session>} open
 */

/**
 * @typedef {object} Engine
 * @property {string} name
 * @property {string} about What server this is, with its settings.
 * @property {number | undefined} pid The server's, where it is one of ours.
 * @property {Contestant[]} awaited
 * @property {Contestant[]} bursts
 * @property {number} messages How many the contestants publish in a round of bursts.
 * @property {import("./halyard.mjs").Open | undefined} transport None where two of them don't reach each other.
 * @property {(() => Promise<number>) | undefined} connections How many the server has, but for the one that asks.
 * @property {(() => Promise<number>) | undefined} stored Bytes that the server holds, of all that was published.
 * @property {() => Promise<void>} stop
 */

export const PAYLOAD =
  "A line of a build's log, as long as most of them are: src/index.ts 4096 bytes, 12 ms.";
