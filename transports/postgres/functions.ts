/** The functions that publish and read, as SQL: each call is one round trip. */

/** A quoted name without its quotes. */
const bare = (s: string) => s.slice(1, -1);

/** What tells one course of history from another. */
export const epochs = (s: string) => `-- Which server, database and tables these are.
CREATE FUNCTION ${s}.server() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  tables text := (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || '${s}.messages'::regclass::oid;
BEGIN
  RETURN (SELECT system_identifier FROM pg_control_system()) || '/' || tables;
EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
  -- A hosted server that doesn't say. What is left tells a restored dump apart.
  RETURN tables;
END $$;

-- Which course of history the server is on: a replica that is promoted, or a backup that is restored, begins another.
CREATE FUNCTION ${s}.timeline() RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN left(pg_walfile_name(pg_current_wal_lsn()), 8);
EXCEPTION WHEN insufficient_privilege OR undefined_function OR feature_not_supported THEN
  RETURN '';
END $$;

-- Whether the epoch is still good. A session's server stays the same, so it is looked at once; its tables may be replaced.
CREATE FUNCTION ${s}.is_current(m ${s}.meta) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF m.epoch IS NULL OR NOT EXISTS (SELECT FROM ${s}.uptime WHERE started = pg_postmaster_start_time()) THEN
    RETURN false;
  ELSIF m.timeline <> '' AND m.timeline <> left(pg_walfile_name(pg_current_wal_lsn()), 8) THEN
    RETURN false;
  ELSIF m.server || '${s}.messages'::regclass::oid IS DISTINCT FROM current_setting('halyard.seen_in_${bare(s)}', true) THEN
    IF m.server <> ${s}.server() THEN
      RETURN false;
    END IF;
    PERFORM set_config('halyard.seen_in_${bare(s)}', m.server || '${s}.messages'::regclass::oid, false);
  END IF;
  RETURN true;
END $$;

-- Begins a new epoch, where that is needed or forced.
CREATE FUNCTION ${s}.renew(force boolean DEFAULT true) RETURNS ${s}.meta LANGUAGE plpgsql AS $$
DECLARE
  m ${s}.meta;
  fresh text := left(replace(gen_random_uuid()::text, '-', ''), 16);
  loss integer := 1;
BEGIN
  SELECT * INTO m FROM ${s}.meta;
  IF NOT force AND ${s}.is_current(m) THEN
    RETURN m;
  END IF;
  -- From here on others wait, until the transaction ends, and then find it done.
  INSERT INTO ${s}.meta (epoch, server, timeline, losses) VALUES (fresh, ${s}.server(), ${s}.timeline(), 0)
    ON CONFLICT DO NOTHING;
  SELECT * INTO m FROM ${s}.meta FOR UPDATE;
  IF NOT force AND ${s}.is_current(m) THEN
    RETURN m;
  END IF;
  -- An orderly restart loses nothing. PGlite ends by being killed, which loses nothing that was written.
  IF NOT force AND m.server = ${s}.server() AND m.timeline = ${s}.timeline()
    AND (EXISTS (SELECT FROM ${s}.uptime) OR version() LIKE '%PGlite%') THEN
    loss := 0;
  END IF;
  INSERT INTO ${s}.uptime DEFAULT VALUES ON CONFLICT (one) DO UPDATE SET started = EXCLUDED.started;
  UPDATE ${s}.meta SET epoch = fresh, server = ${s}.server(), timeline = ${s}.timeline(), losses = losses + loss
    RETURNING * INTO m;
  INSERT INTO ${s}.epochs (epoch, losses) VALUES (m.epoch, m.losses);
  RETURN m;
END $$;`;

/** The epoch, if it is still good: as is_current, in one statement. */
const good = (s: string) => `SELECT epoch INTO good FROM ${s}.meta
    WHERE server || '${s}.messages'::regclass::oid = current_setting('halyard.seen_in_${bare(s)}', true)
    AND EXISTS (SELECT FROM ${s}.uptime WHERE started = pg_postmaster_start_time())
    AND CASE timeline WHEN '' THEN true ELSE timeline = left(pg_walfile_name(pg_current_wal_lsn()), 8) END;`;

/** Publishing. */
export const publishing = (
  s: string,
) => `-- What is rare: makes a channel, or begins a new epoch of it, and counts so many messages on.
CREATE FUNCTION ${s}.settle(p_name text, p_slot integer, p_count integer, p_counted boolean)
RETURNS ${s}.channels LANGUAGE plpgsql AS $$
DECLARE
  c ${s}.channels;
  m ${s}.meta;
  t timestamptz := clock_timestamp();
BEGIN
  IF NOT p_counted AND current_setting('transaction_isolation') <> 'read committed' AND t > now() + interval '30 minutes' THEN
    -- It may not see that the channel was there meanwhile, and forgotten again.
    RAISE serialization_failure USING MESSAGE = 'the snapshot is too old to begin a channel';
  END IF;
  m := ${s}.renew(false);
  IF NOT p_counted THEN
    INSERT INTO ${s}.channels AS old (name, slot, first, last, oldest, used, epoch, start, losses)
      SELECT p_name, p_slot, f.last + 1, f.last + p_count, CASE p_count WHEN 0 THEN NULL ELSE t END, t, m.epoch, f.last, m.losses
      FROM (SELECT coalesce((SELECT last FROM ${s}.forgotten WHERE slot = p_slot), 0) AS last) f
    ON CONFLICT (name) DO UPDATE SET last = old.last + p_count, used = t,
      oldest = CASE p_count WHEN 0 THEN old.oldest ELSE coalesce(old.oldest, t) END;
  END IF;
  SELECT * INTO c FROM ${s}.channels WHERE name = p_name;
  IF c.epoch <> m.epoch THEN
    INSERT INTO ${s}.past (channel, epoch, start, stop, losses) VALUES (c.id, c.epoch, c.start, c.last - p_count, c.losses);
    UPDATE ${s}.channels SET epoch = m.epoch, start = last - p_count, losses = m.losses WHERE id = c.id RETURNING * INTO c;
  END IF;
  RETURN c;
END $$;

-- Stores a batch: topics and payloads, each led by the separator. Returns the position that it follows on, and tells it to who
-- listens, with the channel, and with the messages where they fit.
CREATE FUNCTION ${s}.publish(
  p_name text, p_slot integer, p_topics text, p_payloads text, p_separator text, p_count integer, p_notify text, p_wait integer
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  c ${s}.channels;
  good text;
  t timestamptz := clock_timestamp();
  body text;
  after text;
BEGIN
  IF p_wait > 0 THEN
    PERFORM set_config('lock_timeout', p_wait::text, true);
  END IF;
  -- This locks the channel until the transaction ends: offsets are in the order of commits.
  UPDATE ${s}.channels SET last = last + p_count, used = t, oldest = coalesce(oldest, t) WHERE name = p_name
    RETURNING id, last, epoch INTO c.id, c.last, c.epoch;
  ${good(s)}
  IF c.id IS NULL OR c.epoch IS DISTINCT FROM good THEN
    c := ${s}.settle(p_name, p_slot, p_count, c.id IS NOT NULL);
  END IF;
  IF p_count = 1 THEN
    INSERT INTO ${s}.messages (channel, seq, at, topic, payload)
      VALUES (c.id, c.last, clock_timestamp(), substr(p_topics, length(p_separator) + 1), substr(p_payloads, length(p_separator) + 1));
    body := p_topics || p_payloads;
  ELSE
    INSERT INTO ${s}.messages (channel, seq, at, topic, payload)
      SELECT c.id, c.last - p_count + n - 1, clock_timestamp(), topic, payload
      FROM unnest(string_to_array(p_topics, p_separator), string_to_array(p_payloads, p_separator))
        WITH ORDINALITY AS u (topic, payload, n) WHERE n > 1;
    IF octet_length(p_topics) + octet_length(p_payloads) < 8000 THEN
      SELECT string_agg(E'\\n' || topic || E'\\n' || payload, '' ORDER BY n) INTO body
        FROM unnest(string_to_array(p_topics, p_separator), string_to_array(p_payloads, p_separator))
          WITH ORDINALITY AS u (topic, payload, n) WHERE n > 1;
    END IF;
  END IF;
  after := c.epoch || '.' || (c.last - p_count);
  PERFORM pg_notify(p_notify, ${s}.notice(after || E'\\n' || p_name, body, p_separator));
  RETURN after;
END $$;

CREATE FUNCTION ${s}.notice(p_head text, p_body text, p_separator text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_separator = E'\\n' AND octet_length(p_head) + octet_length(p_body) < 8000 THEN p_head || p_body ELSE p_head END
$$;

-- As publish, with a key and a digest for each message, '' where it has no key. Returns for each: s and its id where it was
-- stored, d and the id of the first where the key was used before, c where the key's message had other content.
CREATE FUNCTION ${s}.publish_once(
  p_name text, p_slot integer, p_topics text, p_payloads text, p_separator text, p_keys text, p_digests text,
  p_window bigint, p_notify text, p_wait integer
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  c ${s}.channels;
  good text;
  all_topics text[] := string_to_array(p_topics, p_separator);
  all_payloads text[] := string_to_array(p_payloads, p_separator);
  all_keys text[] := string_to_array(p_keys, p_separator);
  all_digests text[] := string_to_array(p_digests, p_separator);
  known ${s}.keys;
  stored integer := 0;
  fresh text;
  body text := '';
  results text[] := '{}';
BEGIN
  IF p_wait > 0 THEN
    PERFORM set_config('lock_timeout', p_wait::text, true);
  END IF;
  UPDATE ${s}.channels SET used = clock_timestamp() WHERE name = p_name RETURNING * INTO c;
  ${good(s)}
  IF c.id IS NULL OR c.epoch IS DISTINCT FROM good THEN
    c := ${s}.settle(p_name, p_slot, 0, c.id IS NOT NULL);
  END IF;
  FOR n IN 2 .. cardinality(all_payloads) LOOP
    fresh := c.epoch || '.' || (c.last + stored + 1);
    IF all_keys[n] <> '' THEN
      SELECT * INTO known FROM ${s}.keys WHERE channel = c.id AND key = all_keys[n]
        AND at > clock_timestamp() - p_window * interval '1 millisecond';
      IF FOUND THEN
        results := results || CASE WHEN known.digest = all_digests[n] THEN 'd' || known.id ELSE 'c' END;
        CONTINUE;
      END IF;
      INSERT INTO ${s}.keys (channel, key, id, digest, at) VALUES (c.id, all_keys[n], fresh, all_digests[n], clock_timestamp())
        ON CONFLICT (channel, key) DO UPDATE SET id = EXCLUDED.id, digest = EXCLUDED.digest, at = EXCLUDED.at;
    END IF;
    stored := stored + 1;
    INSERT INTO ${s}.messages (channel, seq, at, topic, payload)
      VALUES (c.id, c.last + stored, clock_timestamp(), all_topics[n], all_payloads[n]);
    results := results || ('s' || fresh);
    IF octet_length(body) < 8000 THEN
      body := body || E'\\n' || all_topics[n] || E'\\n' || all_payloads[n];
    END IF;
  END LOOP;
  IF stored > 0 THEN
    UPDATE ${s}.channels SET last = last + stored, oldest = coalesce(oldest, used) WHERE id = c.id;
    PERFORM pg_notify(p_notify, ${s}.notice(c.epoch || '.' || c.last || E'\\n' || p_name, body, p_separator));
  END IF;
  RETURN array_to_string(results, ' ');
END $$;`;

/** Reading. STABLE: all of it sees one moment. */
export const reading = (
  s: string,
) => `-- What comes after an offset of an epoch; from the oldest where that is none of the channel's.
-- The first row says what is there: the epochs (epoch, offset after which it begins, losses, each followed by a comma), the last
-- offset, and whether a new epoch is to begin first. Then the messages, of so many bytes, but one at least.
CREATE FUNCTION ${s}.read(
  p_name text, p_slot integer, p_epoch text, p_after bigint, p_limit integer, p_bytes bigint, p_keep bigint, p_age bigint
) RETURNS TABLE (a text, b text, c text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  ch ${s}.channels;
  m ${s}.meta;
  spans text;
  -- An epoch of the server's in which the channel had no message, and where it stood.
  gone ${s}.epochs;
  stood bigint;
  low bigint;
BEGIN
  SELECT * INTO m FROM ${s}.meta;
  IF NOT ${s}.is_current(m) THEN
    RETURN QUERY SELECT ''::text, '0'::text, 'stale'::text;
    RETURN;
  END IF;
  SELECT * INTO ch FROM ${s}.channels WHERE name = p_name;
  IF ch.id IS NULL THEN
    RETURN QUERY SELECT m.epoch || ',' || f.last || ',' || m.losses, f.last::text, ''::text
      FROM (SELECT coalesce((SELECT last FROM ${s}.forgotten WHERE slot = p_slot), 0) AS last) f;
    RETURN;
  END IF;
  SELECT coalesce(string_agg(p.epoch || ',' || p.start || ',' || p.losses || ',', '' ORDER BY p.start, e.n), '') INTO spans
    FROM ${s}.past p LEFT JOIN ${s}.epochs e ON e.epoch = p.epoch
    WHERE p.channel = ch.id;
  spans := spans || ch.epoch || ',' || ch.start || ',' || ch.losses;
  IF ch.epoch <> m.epoch THEN
    -- Its next message will be of a new epoch.
    spans := spans || ',' || m.epoch || ',' || ch.last || ',' || m.losses;
  END IF;
  IF p_epoch <> '' AND strpos(',' || spans, ',' || p_epoch || ',') = 0 THEN
    SELECT * INTO gone FROM ${s}.epochs WHERE epoch = p_epoch;
  END IF;
  IF gone.n IS NOT NULL THEN
    -- It began and ended where the next one begins that has messages of the channel, or will have.
    SELECT least(min(x.start), ch.last) INTO stood
      FROM (SELECT p.epoch, p.start FROM ${s}.past p WHERE p.channel = ch.id UNION ALL SELECT ch.epoch, ch.start) x
      JOIN ${s}.epochs e ON e.epoch = x.epoch WHERE e.n > gone.n;
    SELECT string_agg(x.epoch || ',' || x.start || ',' || x.losses, ',' ORDER BY x.start, e.n) INTO spans FROM (
        SELECT p.epoch, p.start, p.losses FROM ${s}.past p WHERE p.channel = ch.id
        UNION ALL SELECT ch.epoch, ch.start, ch.losses
        UNION ALL SELECT m.epoch, ch.last, m.losses WHERE ch.epoch <> m.epoch
        UNION ALL SELECT gone.epoch, stood, gone.losses
      ) x LEFT JOIN ${s}.epochs e ON e.epoch = x.epoch;
  END IF;
  RETURN QUERY SELECT spans, ch.last::text, ''::text;
  IF p_limit = 0 THEN
    RETURN;
  END IF;
  IF p_epoch = m.epoch OR p_epoch = ch.epoch THEN
    low := CASE WHEN p_after <= ch.last THEN p_after END;
  ELSIF gone.n IS NOT NULL THEN
    low := least(p_after, stood);
  ELSE
    SELECT least(p_after, p.stop) INTO low FROM ${s}.past p WHERE p.channel = ch.id AND p.epoch = p_epoch;
  END IF;
  low := greatest(coalesce(low, 0), ch.last - p_keep);
  RETURN QUERY SELECT r.seq::text, r.topic, r.payload FROM (
      SELECT w.*, octet_length(w.payload) AS bytes, sum(octet_length(w.payload)) OVER (ORDER BY w.seq) AS total FROM (
        SELECT y.seq, y.topic, y.payload FROM ${s}.messages y
        WHERE y.channel = ch.id AND y.seq > low AND y.at > clock_timestamp() - p_age * interval '1 millisecond'
        ORDER BY y.seq LIMIT p_limit
      ) w
    ) r WHERE r.total <= p_bytes OR r.total = r.bytes ORDER BY r.seq;
END $$;`;
