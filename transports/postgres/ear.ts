/** What hears notifications: one connection, however many channels. */
import {
  noClient,
  type PGliteClient,
  type PgClient,
  type PgPool,
  type PostgresClient,
  type PostgresJs,
  shapeOf,
} from "./clients.js";
import { PgEar } from "./ear-pg.js";
import { PGliteEar } from "./ear-pglite.js";
import { PostgresJsEar } from "./ear-postgres-js.js";

/** Where an ear tells what it hears. */
export interface Hearing {
  hear(payload: string): void;
  /** Some may not have been heard. */
  missed(): void;
  /** Nothing is heard for now; it is tried again. */
  failed(error: unknown): void;
  /** Nothing will be heard any more: the client was ended. */
  over(error: unknown): void;
}

export interface Ear {
  /** Resolves when what is sent under this name from now on will be heard. Rejects in bounded time. May be called again. */
  add(name: string): Promise<void>;
  /** Called every now and then, with the names that are still needed: looks whether the line is alive. */
  check(needed: ReadonlySet<string>): Promise<void>;
  /** Lets go of its connection. */
  close(): Promise<void>;
}

/** Opens nothing until there is something to hear. */
export function openEar(client: PostgresClient, hearing: Hearing, timeout: number): Ear {
  switch (shapeOf(client)) {
    case "pool":
      return new PgEar({ pool: client as PgPool }, hearing, timeout);
    case "client":
      return new PgEar({ client: client as PgClient }, hearing, timeout);
    case "postgres":
      return new PostgresJsEar(client as PostgresJs, hearing, timeout);
    case "pglite":
      return new PGliteEar(client as PGliteClient, hearing, timeout);
    default:
      throw noClient("listen", client);
  }
}
