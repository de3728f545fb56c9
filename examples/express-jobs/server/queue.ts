/** The queue that jobs wait in: as small as it can be and still lose none. It stands for BullMQ, pg-boss, or your own. */
import type { Order } from "../channels.js";

/** For how long a job is known: as long as its messages are kept. */
export const KEPT_SECONDS = 3_600;

export interface OwnedJob extends Order {
  readonly jobId: string;
  readonly owner: string;
}

export interface TakenJob {
  readonly job: OwnedJob;
  /** 1 the first time. */
  readonly attempt: number;
}

export interface Load {
  readonly waiting: number;
  readonly running: number;
}

export interface Queue {
  /** Resolves when it can't be lost any more. */
  add(job: OwnedJob): Promise<void>;
  find(jobId: string): Promise<OwnedJob | undefined>;
  /** The next one, if one waits. It is taken until it is acknowledged, or given back. */
  take(): Promise<TakenJob | undefined>;
  /** It is done with. */
  acknowledge(jobId: string): Promise<void>;
  /** It will be tried again, next of all. */
  giveBack(jobId: string): Promise<void>;
  /** Gives back what workers had taken that are no more. */
  recover(): Promise<void>;
  load(): Promise<Load>;
  close(): Promise<void>;
}
