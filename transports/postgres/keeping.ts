/** What removes what isn't kept any more, as SQL. */

export const keeping = (
  s: string,
) => `-- Removes messages beyond so many or of such an age, keys, and channels that have neither. At most p_batch of each, so that
-- nobody waits long, and only by one server at a time. Returns how much it did; 0 where there was nothing to do.
CREATE FUNCTION ${s}.trim(p_keep bigint, p_age bigint, p_window bigint, p_idle bigint, p_batch integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  t timestamptz := clock_timestamp();
  c ${s}.channels;
  upto bigint;
  more bigint;
  done bigint := 0;
  room bigint := p_batch;
  busy bigint;
BEGIN
  IF NOT pg_try_advisory_xact_lock('${s}.messages'::regclass::oid::bigint) THEN
    RETURN 0;
  END IF;
  -- A channel that is published to all the time is never found free. One that is far behind is waited for, not long, and while
  -- nothing else is held.
  SELECT id INTO busy FROM ${s}.channels
    WHERE oldest <= t - 2 * p_age * interval '1 millisecond' OR last - first >= 2 * p_keep ORDER BY random() LIMIT 1;
  IF FOUND THEN
    BEGIN
      PERFORM set_config('lock_timeout', '500', true);
      PERFORM FROM ${s}.channels WHERE id = busy FOR UPDATE;
    EXCEPTION WHEN lock_not_available THEN
      busy := NULL;
    END;
  END IF;
  -- What somebody else holds is left for the next time: waiting for it here could be a deadlock.
  FOR c IN SELECT * FROM ${s}.channels WHERE oldest <= t - p_age * interval '1 millisecond' OR last - first >= p_keep
    ORDER BY id IS NOT DISTINCT FROM busy DESC LIMIT 100 FOR UPDATE SKIP LOCKED
  LOOP
    SELECT max(x.seq) INTO upto FROM (SELECT seq, at FROM ${s}.messages WHERE channel = c.id ORDER BY seq LIMIT room) x
      WHERE x.at <= t - p_age * interval '1 millisecond' OR x.seq <= c.last - p_keep;
    DELETE FROM ${s}.messages WHERE channel = c.id AND seq <= upto;
    GET DIAGNOSTICS more = ROW_COUNT;
    DELETE FROM ${s}.past WHERE channel = c.id AND stop < upto;
    UPDATE ${s}.channels SET (first, oldest) = (
        SELECT coalesce(min(y.seq), c.last + 1), min(y.at)
        FROM (SELECT seq, at FROM ${s}.messages WHERE channel = c.id ORDER BY seq LIMIT 1) y
      ) WHERE id = c.id;
    done := done + 1 + more;
    room := room - more;
    EXIT WHEN room <= 0;
  END LOOP;
  DELETE FROM ${s}.keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${s}.keys WHERE at <= t - p_window * interval '1 millisecond' ORDER BY at LIMIT p_batch FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS more = ROW_COUNT;
  done := done + more;
  DELETE FROM ${s}.channels WHERE ctid = ANY (ARRAY(
    SELECT o.ctid FROM ${s}.channels o WHERE o.oldest IS NULL AND o.used <= t - p_idle * interval '1 millisecond'
    AND NOT EXISTS (SELECT FROM ${s}.keys k WHERE k.channel = o.id) LIMIT p_batch FOR UPDATE SKIP LOCKED));
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN done + more;
END $$;

-- However a channel's row goes: no other channel gets its messages, and it doesn't begin at an old offset again.
CREATE FUNCTION ${s}.forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ${s}.forgotten AS f (slot, last) VALUES (OLD.slot, OLD.last)
    ON CONFLICT (slot) DO UPDATE SET last = greatest(f.last, EXCLUDED.last);
  DELETE FROM ${s}.messages WHERE channel = OLD.id;
  DELETE FROM ${s}.keys WHERE channel = OLD.id;
  DELETE FROM ${s}.past WHERE channel = OLD.id;
  RETURN OLD;
END $$;
CREATE TRIGGER forget BEFORE DELETE ON ${s}.channels FOR EACH ROW EXECUTE FUNCTION ${s}.forget();

CREATE FUNCTION ${s}.begin_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'channels' THEN
    DELETE FROM ${s}.messages;
    DELETE FROM ${s}.keys;
    DELETE FROM ${s}.past;
  END IF;
  PERFORM ${s}.renew();
  RETURN NULL;
END $$;
CREATE TRIGGER begin_anew AFTER TRUNCATE ON ${s}.channels FOR EACH STATEMENT EXECUTE FUNCTION ${s}.begin_anew();
CREATE TRIGGER begin_anew AFTER TRUNCATE OR DELETE ON ${s}.forgotten FOR EACH STATEMENT EXECUTE FUNCTION ${s}.begin_anew();`;
