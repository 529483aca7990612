/** Functions of version 1 for accounts, prekeys and blobs. Whoever changes what belongs to an account locks its row. */
export const ACCOUNT_FUNCTIONS = `
-- Of prekeys of one kind and id the last counts; what was given out is passed over.
CREATE FUNCTION relay_keep_prekeys(
  account uuid, kinds bigint[], ids bigint[], created_at bigint[], keys bytea[], signatures bytea[]
) RETURNS void LANGUAGE sql AS $$
  DELETE FROM prekey p WHERE p.account_id = account AND p.kind IN (1, 2) AND p.kind = ANY (kinds);
  INSERT INTO prekey (account_id, kind, id, created, key, signature)
  SELECT DISTINCT ON (u.kind, u.id) account, u.kind, u.id, u.created, u.key, u.signature
  FROM unnest(kinds, ids, created_at, keys, signatures) WITH ORDINALITY AS u (kind, id, created, key, signature, place)
  WHERE NOT EXISTS (
    SELECT FROM given_prekey g WHERE g.account_id = account AND g.kind = u.kind AND g.id = u.id
  )
  ORDER BY u.kind, u.id, u.place DESC
  ON CONFLICT (account_id, kind, id) DO UPDATE
    SET created = excluded.created, key = excluded.key, signature = excluded.signature;
$$;

CREATE FUNCTION relay_create_account(
  at bigint, account uuid, wanted text, new_account_key bytea, new_identity_key bytea, token bytea, hmac bytea,
  kinds bigint[], ids bigint[], created_at bigint[], keys bytea[], signatures bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_name (name, account_id) VALUES (wanted, account) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN EXISTS (
      SELECT FROM account a WHERE a.id = account AND a.name = wanted
        AND a.account_key = new_account_key AND a.identity_key = new_identity_key
    );
  END IF;
  -- Asked after the name was won: who deleted it a moment ago has left the tombstone by now.
  IF NOT EXISTS (SELECT FROM tombstone t WHERE t.name_hmac = hmac AND t.until > at) THEN
    INSERT INTO account (id, name, account_key, identity_key, login_token)
    VALUES (account, wanted, new_account_key, new_identity_key, token) ON CONFLICT DO NOTHING;
    IF FOUND THEN
      INSERT INTO mailbox (account_id) VALUES (account);
      PERFORM relay_keep_prekeys(account, kinds, ids, created_at, keys, signatures);
      RETURN true;
    END IF;
  END IF;
  DELETE FROM account_name n WHERE n.name = wanted AND n.account_id = account;
  RETURN false;
END $$;

-- The numbers of the blobs' files; null where there is no such account.
CREATE FUNCTION relay_delete_account(account uuid, hmac bytea, tombstone_until bigint) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
  files bigint[];
BEGIN
  PERFORM 1 FROM account a WHERE a.id = account FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM 1 FROM mailbox m WHERE m.account_id = account FOR UPDATE;
  INSERT INTO tombstone (name_hmac, until) VALUES (hmac, tombstone_until)
  ON CONFLICT (name_hmac) DO UPDATE SET until = excluded.until;
  DELETE FROM envelope e WHERE e.account_id = account;
  DELETE FROM seen s WHERE s.account_id = account;
  DELETE FROM mailbox m WHERE m.account_id = account;
  DELETE FROM prekey p WHERE p.account_id = account;
  DELETE FROM given_prekey g WHERE g.account_id = account;
  WITH gone AS (DELETE FROM blob b WHERE b.account_id = account RETURNING b.no)
  SELECT coalesce(array_agg(gone.no), '{}') INTO files FROM gone;
  DELETE FROM account_name n WHERE n.account_id = account AND n.name = (SELECT a.name FROM account a WHERE a.id = account);
  DELETE FROM account a WHERE a.id = account;
  RETURN files;
END $$;

-- How many one-time prekeys there are then; -1 where they would be too many, null where there is no such account.
CREATE FUNCTION relay_put_prekeys(
  account uuid, kinds bigint[], ids bigint[], created_at bigint[], keys bytea[], signatures bytea[],
  max_one_time bigint, max_one_time_kem bigint
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  one_time bigint;
  one_time_kem bigint;
BEGIN
  PERFORM 1 FROM account a WHERE a.id = account FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  WITH pool AS (
    SELECT p.kind, p.id FROM prekey p WHERE p.account_id = account
    UNION
    SELECT u.kind, u.id FROM unnest(kinds, ids) AS u (kind, id)
    WHERE NOT EXISTS (
      SELECT FROM given_prekey g WHERE g.account_id = account AND g.kind = u.kind AND g.id = u.id
    )
  )
  SELECT count(*) FILTER (WHERE kind = 3), count(*) FILTER (WHERE kind = 4) INTO one_time, one_time_kem FROM pool;
  IF one_time > max_one_time OR one_time_kem > max_one_time_kem THEN RETURN '{-1}'; END IF;
  PERFORM relay_keep_prekeys(account, kinds, ids, created_at, keys, signatures);
  RETURN ARRAY[one_time, one_time_kem];
END $$;

-- The rotating prekeys and, where asked for, one one-time prekey of each kind, which nobody is given again.
CREATE FUNCTION relay_take_bundle(account uuid, one_time boolean, given_until bigint)
RETURNS TABLE (identity bytea, kind smallint, id bigint, created bigint, key bytea, signature bytea)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  found_identity bytea;
  wanted smallint;
BEGIN
  -- An upload waits: it could bring back what is being given out.
  SELECT a.identity_key INTO found_identity FROM account a WHERE a.id = account FOR KEY SHARE;
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT found_identity, p.kind, p.id, p.created, p.key, p.signature
    FROM prekey p WHERE p.account_id = account AND p.kind IN (1, 2);
  IF NOT one_time THEN RETURN; END IF;
  FOR wanted IN 3 .. 4 LOOP
    RETURN QUERY WITH first AS MATERIALIZED (
      SELECT p.id FROM prekey p WHERE p.account_id = account AND p.kind = wanted
      ORDER BY p.id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), taken AS (
      DELETE FROM prekey p USING first WHERE p.account_id = account AND p.kind = wanted AND p.id = first.id
      RETURNING p.kind, p.id, p.created, p.key, p.signature
    ), noted AS (
      INSERT INTO given_prekey AS g (account_id, kind, id, until)
      SELECT account, taken.kind, taken.id, given_until FROM taken
      ON CONFLICT ON CONSTRAINT given_prekey_pkey DO UPDATE SET until = excluded.until
    )
    SELECT found_identity, taken.kind, taken.id, taken.created, taken.key, taken.signature FROM taken;
  END LOOP;
END $$;

CREATE FUNCTION relay_create_blob(
  at bigint, account uuid, wanted uuid, new_bytes bigint, upload bytea, download bytea, expiry bigint,
  quota bigint, counted_min bigint
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  known blob;
BEGIN
  PERFORM 1 FROM account a WHERE a.id = account FOR UPDATE;
  IF NOT FOUND THEN RETURN 'no-account'; END IF;
  SELECT * INTO known FROM blob b WHERE b.id = wanted;
  IF FOUND THEN
    RETURN CASE WHEN known.account_id = account AND known.bytes = new_bytes AND known.expires_at > at
      AND known.upload_token_hash = upload AND known.download_token_hash = download THEN 'created' ELSE 'exists' END;
  END IF;
  IF greatest(new_bytes, counted_min) + (
    SELECT coalesce(sum(greatest(b.bytes, counted_min)), 0) FROM blob b
    WHERE b.account_id = account AND b.expires_at > at
  ) > quota THEN RETURN 'quota'; END IF;
  INSERT INTO blob (id, account_id, bytes, upload_token_hash, download_token_hash, expires_at)
  VALUES (wanted, account, new_bytes, upload, download, expiry) ON CONFLICT DO NOTHING;
  RETURN CASE WHEN FOUND THEN 'created' ELSE 'exists' END;
END $$;
`;
