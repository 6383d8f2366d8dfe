-- What a replay reads of the auditor's ledger.

-- name: rows
-- A stretch of the log, with the content where it was given or opened. In the order of the log, by its primary key.
SELECT first_index, entries, logged.digest, event_id, stream_sequence, stored_at, envelope, signature,
    coalesce(logged.data, opened.data)
FROM logged LEFT JOIN opened USING (digest)
WHERE first_index >= :begin AND first_index < :end
ORDER BY first_index;

-- name: one_row
-- The event whose entries begin at an index.
SELECT first_index, entries, digest, event_id, stream_sequence, stored_at, envelope, signature, data
FROM logged WHERE first_index = :begin;

-- name: cited
-- The first event with an id: a second one under the same id is somebody's attempt to be taken for it.
SELECT envelope FROM logged WHERE event_id = :event ORDER BY first_index LIMIT 1;

-- name: extent
-- The first and the last event's place; entries of the last.
SELECT MIN(first_index), MAX(first_index), COUNT(*) FROM logged;

-- name: last_entries
SELECT entries FROM logged WHERE first_index = :begin;

-- name: checkpoints
-- Every checkpoint that was signed.
SELECT size, note FROM checkpoints ORDER BY size;

-- name: cosignatures
SELECT size, witness, line FROM cosignatures ORDER BY size, witness;

-- name: directories
SELECT version, note FROM directories ORDER BY version;

-- name: shown_in_messages
-- Contents that quote a checkpoint: witnesses' cosignatures, and what agencies have seen.
SELECT DISTINCT data FROM messages
WHERE data IS NOT NULL AND instr(data, CAST('"checkpoint":' AS BLOB)) > 0;

-- name: shown_in_alarms
SELECT logged.data FROM logged JOIN alarms USING (digest) WHERE logged.data IS NOT NULL;

-- name: unheld
SELECT note FROM unheld_checkpoints ORDER BY size;
