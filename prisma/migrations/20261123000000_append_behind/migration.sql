-- Takes the chain and writes records with their sections behind its head; fails as a transaction that lost a race where
-- that is not the last record. A function, since the database then plans the statements once a connection and not once a
-- batch. Each column is one text whose cells the unit separator parts; an empty cell is null.
CREATE OR REPLACE FUNCTION append_behind(
  chain_lock BIGINT, head_seq BIGINT, head_hash BYTEA,
  seqs TEXT, kinds TEXT, texts TEXT, entries TEXT, hashes TEXT, decision_ids TEXT, customer_refs TEXT,
  part_seqs TEXT, part_sections TEXT, part_salts TEXT, part_contents TEXT
) RETURNS VOID LANGUAGE plpgsql SET lock_timeout = '10s' AS $$
DECLARE
  last_seq BIGINT;
  last_hash BYTEA;
BEGIN
  PERFORM pg_advisory_xact_lock(chain_lock);
  SELECT r."seq", r."hash" INTO last_seq, last_hash FROM "records" r ORDER BY r."seq" DESC LIMIT 1;
  IF coalesce(last_seq, 0) <> head_seq OR last_hash <> head_hash THEN
    RAISE serialization_failure USING MESSAGE = 'the chain has another head';
  END IF;
  INSERT INTO "records" ("seq", "kind", "schema", "text", "entry", "hash", "decision_id", "customer_ref")
  SELECT t."seq"::bigint, t."kind", 1, t."text", decode(t."entry", 'hex'), decode(t."hash", 'hex'), t."decision_id", t."customer_ref"
  FROM unnest(
    string_to_array(seqs, chr(31), ''), string_to_array(kinds, chr(31), ''), string_to_array(texts, chr(31), ''),
    string_to_array(entries, chr(31), ''), string_to_array(hashes, chr(31), ''),
    string_to_array(decision_ids, chr(31), ''), string_to_array(customer_refs, chr(31), '')
  ) AS t("seq", "kind", "text", "entry", "hash", "decision_id", "customer_ref");
  INSERT INTO "personal_parts" ("seq", "section", "salt", "content")
  SELECT t."seq"::bigint, t."section", decode(t."salt", 'hex'), t."content"
  FROM unnest(
    string_to_array(part_seqs, chr(31), ''), string_to_array(part_sections, chr(31), ''),
    string_to_array(part_salts, chr(31), ''), string_to_array(part_contents, chr(31), '')
  ) AS t("seq", "section", "salt", "content");
END
$$;
