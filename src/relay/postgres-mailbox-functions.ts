/**
 * Functions of version 1 that change mailboxes. Their callers hold the mailboxes' locks. Plans are made once and only
 * from indexes: a table that was empty a moment ago must not be read from end to end for the rest of the day.
 */
const PLAN = `SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
  SET enable_mergejoin = off SET jit = off`;

export const MAILBOX_FUNCTIONS = `
-- Remembers what left its mailbox, and counts it off.
CREATE FUNCTION relay_ack(at bigint, accounts uuid[], seqs bigint[], dedupe_ms bigint) RETURNS void
LANGUAGE plpgsql ${PLAN} AS $$
BEGIN
  WITH gone AS (
    DELETE FROM envelope e USING unnest(accounts, seqs) AS a (account_id, seq)
    WHERE e.account_id = a.account_id AND e.seq <= a.seq
    RETURNING e.account_id, e.relay_id, octet_length(e.body) AS size
  ), remembered AS (
    INSERT INTO seen (slot, account_id, relay_id, forget_at)
    SELECT (at + dedupe_ms) / dedupe_ms % 3, account_id, relay_id, at + dedupe_ms FROM gone
    ON CONFLICT (account_id, relay_id, slot) DO UPDATE SET forget_at = excluded.forget_at
  )
  UPDATE mailbox m SET messages = m.messages - g.messages, bytes = m.bytes - g.bytes
  FROM (SELECT account_id, count(*) AS messages, sum(size)::bigint AS bytes FROM gone GROUP BY account_id) g
  WHERE m.account_id = g.account_id;
END $$;

-- At most so many expired envelopes of these mailboxes go; gives how many went.
CREATE FUNCTION relay_expire_mailboxes(at bigint, accounts uuid[], slice bigint, dedupe_ms bigint) RETURNS bigint
LANGUAGE plpgsql ${PLAN} AS $$
DECLARE
  removed bigint;
BEGIN
  WITH due AS MATERIALIZED (
    SELECT e.account_id, e.seq FROM unnest(accounts) AS a (account_id) JOIN envelope e USING (account_id)
    WHERE e.expires_at <= at LIMIT slice
  ), gone AS (
    DELETE FROM envelope e USING due WHERE e.account_id = due.account_id AND e.seq = due.seq
    RETURNING e.account_id, e.relay_id, octet_length(e.body) AS size
  ), remembered AS (
    INSERT INTO seen (slot, account_id, relay_id, forget_at)
    SELECT (at + dedupe_ms) / dedupe_ms % 3, account_id, relay_id, at + dedupe_ms FROM gone
    ON CONFLICT (account_id, relay_id, slot) DO UPDATE SET forget_at = excluded.forget_at
  ), counted AS (
    UPDATE mailbox m SET messages = m.messages - g.messages, bytes = m.bytes - g.bytes
    FROM (SELECT account_id, count(*) AS messages, sum(size)::bigint AS bytes FROM gone GROUP BY account_id) g
    WHERE m.account_id = g.account_id
  )
  SELECT count(*) INTO removed FROM gone;
  UPDATE mailbox m SET next_expiry = (SELECT min(e.expires_at) FROM envelope e WHERE e.account_id = m.account_id)
  WHERE m.account_id = ANY (accounts);
  RETURN removed;
END $$;

-- For each envelope its number, or 0 duplicate, -1 no account, -2 mailbox full. All of it must have room, or be one.
CREATE FUNCTION relay_enqueue(
  at bigint, recipients uuid[], relay_ids uuid[], arrivals bigint[], expiries bigint[], sizes bigint[], bodies bytea[],
  max_messages bigint, max_bytes bigint, dedupe_ms bigint
) RETURNS bigint[] LANGUAGE plpgsql ${PLAN} AS $$
DECLARE
  results bigint[];
  slots bigint[] := ARRAY[at / dedupe_ms % 3, (at / dedupe_ms + 1) % 3];
BEGIN
  WITH item AS (
    SELECT * FROM unnest(recipients, relay_ids, arrivals, expiries, sizes)
      WITH ORDINALITY AS i (account_id, relay_id, arrived_at, expires_at, size, place)
  ), judged AS MATERIALIZED (
    SELECT i.*, m.last_seq, CASE
      WHEN m.account_id IS NULL THEN -1
      WHEN row_number() OVER (PARTITION BY i.account_id, i.relay_id ORDER BY i.place) > 1
        OR waiting.known OR past.known THEN 0
      WHEN m.messages >= max_messages OR m.bytes + i.size > max_bytes THEN -2
      ELSE 1 END AS verdict
    FROM item i
    LEFT JOIN mailbox m ON m.account_id = i.account_id
    LEFT JOIN LATERAL (
      SELECT true AS known FROM envelope e WHERE e.account_id = i.account_id AND e.relay_id = i.relay_id LIMIT 1
    ) waiting ON true
    LEFT JOIN LATERAL (
      SELECT true AS known FROM seen s
      WHERE s.slot = ANY (slots::smallint[]) AND s.account_id = i.account_id AND s.relay_id = i.relay_id AND s.forget_at > at LIMIT 1
    ) past ON true
  ), numbered AS MATERIALIZED (
    SELECT j.*, CASE WHEN verdict = 1
      THEN last_seq + count(*) FILTER (WHERE verdict = 1) OVER (PARTITION BY account_id ORDER BY place)
      ELSE verdict END AS seq
    FROM judged j
  ), placed AS (
    INSERT INTO envelope (account_id, seq, relay_id, arrived_at, expires_at, body)
    SELECT account_id, seq, relay_id, arrived_at, expires_at, bodies[place] FROM numbered WHERE verdict = 1
  ), counted AS (
    UPDATE mailbox m SET last_seq = m.last_seq + n.messages, messages = m.messages + n.messages,
      bytes = m.bytes + n.bytes, next_expiry = least(m.next_expiry, n.next_expiry)
    FROM (
      SELECT account_id, count(*) AS messages, sum(size)::bigint AS bytes, min(expires_at) AS next_expiry
      FROM numbered WHERE verdict = 1 GROUP BY account_id
    ) n
    WHERE m.account_id = n.account_id
  )
  SELECT coalesce(array_agg(seq ORDER BY place), '{}') INTO results FROM numbered;
  RETURN results;
END $$;

-- One durable step: acknowledgements, then envelopes, then the blobs' progress.
CREATE FUNCTION relay_commit(
  at bigint, ack_accounts uuid[], ack_seqs bigint[],
  recipients uuid[], relay_ids uuid[], arrivals bigint[], expiries bigint[], sizes bigint[], bodies bytea[],
  blob_nos bigint[], blob_received bigint[], blob_expiries bigint[], blob_kept_most bigint[],
  max_messages bigint, max_bytes bigint, dedupe_ms bigint
) RETURNS bigint[] LANGUAGE plpgsql ${PLAN} AS $$
DECLARE
  tight uuid[];
  results bigint[] := '{}';
  easy bigint[];
  place bigint;
  taken bigint := 0;
BEGIN
  PERFORM 1 FROM mailbox m WHERE m.account_id = ANY (ack_accounts || recipients) ORDER BY m.account_id FOR UPDATE;
  IF cardinality(ack_accounts) > 0 THEN
    PERFORM relay_ack(at, ack_accounts, ack_seqs, dedupe_ms);
  END IF;
  IF cardinality(recipients) > 0 THEN
    SELECT array_agg(m.account_id) INTO tight
    FROM (
      SELECT w.account_id, count(*) AS messages, sum(w.size) AS bytes
      FROM unnest(recipients, sizes) AS w (account_id, size) GROUP BY w.account_id
    ) wanted JOIN mailbox m ON m.account_id = wanted.account_id
    WHERE m.messages + wanted.messages > max_messages OR m.bytes + wanted.bytes > max_bytes;
    IF tight IS NULL THEN
      results := relay_enqueue(at, recipients, relay_ids, arrivals, expiries, sizes, bodies, max_messages, max_bytes, dedupe_ms);
    ELSE
      -- What is past its time fills no mailbox; then one after the other, as each may be the one too many.
      PERFORM relay_expire_mailboxes(at, tight, max_messages, dedupe_ms);
      SELECT array_agg(i ORDER BY i) INTO easy FROM generate_subscripts(recipients, 1) i WHERE recipients[i] <> ALL (tight);
      IF easy IS NOT NULL THEN
        results := relay_enqueue(at,
          ARRAY(SELECT recipients[i] FROM unnest(easy) i), ARRAY(SELECT relay_ids[i] FROM unnest(easy) i),
          ARRAY(SELECT arrivals[i] FROM unnest(easy) i), ARRAY(SELECT expiries[i] FROM unnest(easy) i),
          ARRAY(SELECT sizes[i] FROM unnest(easy) i), ARRAY(SELECT bodies[i] FROM unnest(easy) i),
          max_messages, max_bytes, dedupe_ms);
        easy := results;
        results := '{}';
      END IF;
      FOR place IN 1 .. cardinality(recipients) LOOP
        IF recipients[place] = ANY (tight) THEN
          results := results || relay_enqueue(at, recipients[place:place], relay_ids[place:place],
            arrivals[place:place], expiries[place:place], sizes[place:place], bodies[place:place],
            max_messages, max_bytes, dedupe_ms);
        ELSE
          taken := taken + 1;
          results := results || easy[taken];
        END IF;
      END LOOP;
    END IF;
  END IF;
  IF cardinality(blob_nos) > 0 THEN
    PERFORM 1 FROM blob b WHERE b.no = ANY (blob_nos) ORDER BY b.no FOR UPDATE;
    FOR place IN 1 .. cardinality(blob_nos) LOOP
      UPDATE blob b SET received = blob_received[place], expires_at = blob_expiries[place]
      WHERE b.no = blob_nos[place] AND b.received <= blob_kept_most[place];
    END LOOP;
  END IF;
  RETURN results;
END $$;

-- A slice of what is past its time; true while there may be more.
CREATE FUNCTION relay_expire(at bigint, slice bigint, dedupe_ms bigint) RETURNS boolean
LANGUAGE plpgsql ${PLAN} SET lock_timeout = '1s' AS $$
DECLARE
  due uuid[];
  more boolean;
  forgotten bigint;
  slot bigint := (at / dedupe_ms + 2) % 3;
  margin constant bigint := 3600000;
BEGIN
  SELECT coalesce(array_agg(d.account_id), '{}') INTO due FROM (
    SELECT m.account_id FROM mailbox m WHERE m.next_expiry <= at ORDER BY m.next_expiry LIMIT 64
    FOR UPDATE SKIP LOCKED
  ) d;
  more := cardinality(due) = 64;
  IF cardinality(due) > 0 THEN
    more := relay_expire_mailboxes(at, due, slice, dedupe_ms) = slice OR more;
  END IF;
  DELETE FROM tombstone t WHERE t.until <= at;
  WITH old AS MATERIALIZED (
    SELECT g.account_id, g.kind, g.id FROM given_prekey g WHERE g.until <= at LIMIT slice FOR UPDATE SKIP LOCKED
  )
  DELETE FROM given_prekey g USING old WHERE g.account_id = old.account_id AND g.kind = old.kind AND g.id = old.id;
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  more := forgotten = slice OR more;
  -- Clocks differ a little: around the change of periods nothing is emptied.
  IF at >= margin AND (at - margin) / dedupe_ms = (at + margin) / dedupe_ms THEN
    PERFORM relay_empty_seen(slot);
  END IF;
  RETURN more;
END $$;

CREATE FUNCTION relay_empty_seen(slot bigint) RETURNS void LANGUAGE plpgsql SET lock_timeout = '1s' AS $$
DECLARE
  used boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM seen_%s)', slot) INTO used;
  IF used THEN
    EXECUTE format('TRUNCATE seen_%s', slot);
  END IF;
EXCEPTION WHEN lock_not_available THEN
  -- Somebody reads it just now; the next sweep comes in a minute.
  NULL;
END $$;
`;
