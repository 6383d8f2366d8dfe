-- What of the auditor's ledger goes into a package. first_index is an event's first entry of the log; only events whose
-- entries are all covered by the package's checkpoint (:size) are taken.

-- name: all_events
SELECT first_index FROM logged WHERE first_index + entries <= :size ORDER BY first_index;

-- name: case_events
-- An attribute stands in an envelope as it is spelled here, and nowhere inside a text: quotes are escaped there.
SELECT first_index FROM logged
WHERE first_index + entries <= :size AND instr(envelope, CAST('"case":"' || :case || '"' AS BLOB)) > 0
ORDER BY first_index;

-- name: with_id
SELECT first_index FROM logged WHERE event_id = :event AND first_index + entries <= :size ORDER BY first_index;

-- name: protocol_messages
-- A protocol message has no document number; only those that the auditor holds whole say anything of deliveries.
SELECT first_index, envelope, data FROM logged
WHERE first_index > :after AND first_index + entries <= :size AND data IS NOT NULL
    AND instr(envelope, CAST('"docnumber":"' AS BLOB)) = 0
ORDER BY first_index LIMIT :limit;

-- name: first_stored_since
SELECT min(first_index) FROM logged WHERE first_index + entries <= :size AND stored_at >= :since;

-- name: last_stored_before
SELECT max(first_index) FROM logged WHERE first_index + entries <= :size AND stored_at < :until;

-- name: first_signed_since
SELECT min(first_index) FROM logged
WHERE first_index + entries <= :size
    AND CAST(substr(envelope, instr(envelope, CAST('"time":"' AS BLOB)) + 8, 24) AS TEXT) >= :since;

-- name: last_signed_before
SELECT max(first_index) FROM logged
WHERE first_index + entries <= :size
    AND CAST(substr(envelope, instr(envelope, CAST('"time":"' AS BLOB)) + 8, 24) AS TEXT) < :until;

-- name: stored_neighbour_before
-- The nearest event that shows that nothing of the period stands before it.
SELECT max(first_index) FROM logged WHERE first_index < :index AND stored_at IS NOT NULL;

-- name: stored_neighbour_after
SELECT min(first_index) FROM logged WHERE first_index > :index AND first_index + entries <= :size AND stored_at IS NOT NULL;

-- name: neighbour_before
SELECT max(first_index) FROM logged WHERE first_index < :index;

-- name: neighbour_after
SELECT min(first_index) FROM logged WHERE first_index > :index AND first_index + entries <= :size;

-- name: range
SELECT first_index FROM logged WHERE first_index BETWEEN :first AND :last ORDER BY first_index;

-- name: witnessed_from
-- The smallest checkpoint over at least so many entries that is cosigned as the policy asks.
SELECT min(size) FROM witnessed WHERE size >= :end AND size <= :size;

-- name: stamped_from
SELECT min(size) FROM timestamps WHERE size >= :end AND size <= :size;

-- name: stamps
SELECT token FROM timestamps WHERE size = :size ORDER BY authority;

-- name: directories
SELECT version, note FROM directories ORDER BY version;

-- name: cases_beginning
SELECT DISTINCT CAST(substr(envelope, instr(envelope, CAST('"case":"' AS BLOB)) + 8, 36) AS TEXT) FROM logged
WHERE instr(envelope, CAST('"case":"' || :beginning AS BLOB)) > 0 ORDER BY 1 LIMIT 5;

-- name: events_beginning
SELECT DISTINCT event_id FROM logged WHERE event_id >= :beginning AND event_id < :beginning || '~' ORDER BY 1 LIMIT 5;

-- name: first_case
SELECT CAST(substr(envelope, instr(envelope, CAST('"case":"' AS BLOB)) + 8, 36) AS TEXT) FROM logged
WHERE instr(envelope, CAST('"case":"' AS BLOB)) > 0 ORDER BY first_index LIMIT 1;
