/** The tables and functions, as SQL. What decides what is stored, and where, is here; the rest of the transport only asks. */

/** The version that this code needs. */
export const VERSION = 1;

/**
 * Version 1. `s` is the schema's name, quoted. Names in functions are qualified, so that no search_path matters.
 * A channel's counter is its row's: whoever publishes holds that row until it commits, so offsets are in the order of commits.
 */
export const tables = (
  s: string,
) => `-- What ids begin with. The epoch changes whenever an offset could be given twice.
CREATE TABLE ${s}.meta (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch text NOT NULL,
  -- For which server, database and tables it was made, and for which timeline of the server.
  server text NOT NULL,
  timeline text NOT NULL,
  -- How often messages may have been lost by that.
  losses integer NOT NULL
);

-- All that there were, in their order: a channel that had no message in one gave positions of it all the same.
CREATE TABLE ${s}.epochs (n bigserial PRIMARY KEY, epoch text NOT NULL UNIQUE, losses integer NOT NULL);

-- PostgreSQL empties this after a crash, and on a replica that is promoted. A row of an earlier start is of an orderly restart:
-- nothing is lost by that, but the files may have been replaced by a copy that was made before.
CREATE UNLOGGED TABLE ${s}.uptime (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  started timestamptz NOT NULL DEFAULT pg_postmaster_start_time()
);

-- Owned by no table: TRUNCATE … RESTART IDENTITY must not give an id twice.
CREATE SEQUENCE ${s}.channel_ids;

CREATE TABLE ${s}.channels (
  id bigint PRIMARY KEY DEFAULT nextval('${s}.channel_ids'),
  name text COLLATE "C" NOT NULL UNIQUE,
  slot integer NOT NULL,
  -- Offsets of the oldest message that is kept, and of the last one; none is kept where first > last.
  first bigint NOT NULL,
  last bigint NOT NULL,
  oldest timestamptz,
  used timestamptz NOT NULL,
  -- The epoch of what comes after the offset start.
  epoch text NOT NULL,
  start bigint NOT NULL,
  losses integer NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE ${s}.messages (
  channel bigint NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  topic text NOT NULL,
  payload text NOT NULL,
  PRIMARY KEY (channel, seq)
);

-- Idempotency keys, each with the id of its message and a digest of its content.
CREATE TABLE ${s}.keys (
  channel bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  id text NOT NULL,
  digest text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (channel, key)
);
CREATE INDEX keys_at ON ${s}.keys (at);

-- Earlier epochs of channels: the messages after start, up to stop, have ids of that epoch.
CREATE TABLE ${s}.past (
  channel bigint NOT NULL,
  epoch text NOT NULL,
  start bigint NOT NULL,
  stop bigint NOT NULL,
  losses integer NOT NULL
);
CREATE INDEX past_channel ON ${s}.past (channel);

-- The highest offset of channels whose row is gone, by slot (a hash of the name): a new channel begins after it.
CREATE TABLE ${s}.forgotten (slot integer PRIMARY KEY, last bigint NOT NULL);`;
