-- Statements of the disclosure ledger.

-- name: insert_event
-- The record holds an event once; should it ever hold it twice, the first entry stands.
INSERT INTO event (position, event_id, kind, event_type, sender, role, case_id, clause, cause, docnumber, docsymbol,
                   signed_at, due, recorded_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (event_id) DO NOTHING

-- name: insert_pending
-- An own event goes out: nothing is known of its fate yet.
INSERT INTO disclosure (position, recipient, sender, pair_count, outcome) VALUES (?, ?, ?, ?, 'pending')

-- name: insert_elsewhere
-- Another recipient of a received event: we know it was addressed, its receipt is not ours to see.
INSERT INTO disclosure (position, recipient, sender, pair_count, outcome) VALUES (?, ?, ?, ?, 'elsewhere')

-- name: insert_received
INSERT INTO disclosure (position, recipient, sender, pair_count, outcome, stored_at, stream_sequence, admitted_at,
                        incoming_number, directory_version, late,
                        refusal_check, refusal_reason, refusal_clause, refusal_explanation)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: receipt_entry
-- A recipient's receipt speaks of one event. The first entry about it stands: a repeat changes nothing.
UPDATE disclosure
SET outcome = :outcome, stored_at = :stored_at, stream_sequence = :stream_sequence, admitted_at = :admitted_at,
    incoming_number = :incoming_number, directory_version = :directory_version, late = :late, receipt_id = :receipt_id
WHERE position = (SELECT position FROM event WHERE event_id = :event_id AND sender = :sender)
  AND recipient = :recipient AND (receipt_id IS NULL OR admitted_at IS NULL)

-- name: is_disclosed
SELECT 1 FROM event JOIN disclosure USING (position)
WHERE event.event_id = ? AND event.sender = ? AND disclosure.recipient = ?

-- name: outcome_of
SELECT outcome FROM event JOIN disclosure USING (position)
WHERE event.event_id = ? AND event.sender = ? AND disclosure.recipient = ?

-- name: receipt_refused_count
-- A count listed as refused without an entry of its own.
UPDATE disclosure SET outcome = 'refused', receipt_id = COALESCE(receipt_id, :receipt_id)
WHERE sender = :sender AND recipient = :recipient AND pair_count = :pair_count AND outcome = 'pending'

-- name: event_of_count
SELECT event.event_id FROM disclosure JOIN event USING (position)
WHERE disclosure.sender = ? AND disclosure.recipient = ? AND disclosure.pair_count = ?
ORDER BY position

-- name: cover_up_to
-- The receipt is cumulative. It says of older counts that they arrived, and nothing more: their outcome stays open.
UPDATE disclosure INDEXED BY disclosure_awaiting SET receipt_id = :receipt_id
WHERE sender = :sender AND recipient = :recipient AND pair_count <= :pair_count
  AND receipt_id IS NULL AND outcome <> 'elsewhere'

-- name: refuse
-- EventRefused gives the reason; the receipt that lists the count may come before or after it.
UPDATE disclosure
SET outcome = CASE WHEN :counted THEN 'refused' ELSE outcome END, refusal_check = :refusal_check,
    refusal_reason = :refusal_reason, refusal_clause = :refusal_clause, refusal_explanation = :refusal_explanation
WHERE position = (SELECT position FROM event WHERE event_id = :event_id AND sender = :sender)
  AND recipient = :recipient AND outcome <> 'admitted'

-- name: early_receipt
INSERT INTO early_receipt (recipient, event_id, outcome, stored_at, stream_sequence, admitted_at, incoming_number,
                           directory_version, late, receipt_id)
VALUES (:recipient, :event_id, :outcome, :stored_at, :stream_sequence, :admitted_at, :incoming_number,
        :directory_version, :late, :receipt_id)
ON CONFLICT (event_id, recipient) DO UPDATE
SET outcome = excluded.outcome, stored_at = excluded.stored_at, stream_sequence = excluded.stream_sequence,
    admitted_at = excluded.admitted_at, incoming_number = excluded.incoming_number,
    directory_version = excluded.directory_version, late = excluded.late, receipt_id = excluded.receipt_id
WHERE receipt_id IS NULL

-- name: early_refusal
INSERT INTO early_receipt (recipient, event_id, outcome, refusal_check, refusal_reason, refusal_clause,
                           refusal_explanation)
VALUES (:recipient, :event_id, CASE WHEN :counted THEN 'refused' ELSE 'pending' END, :refusal_check, :refusal_reason,
        :refusal_clause, :refusal_explanation)
ON CONFLICT (event_id, recipient) DO UPDATE
SET outcome = CASE WHEN :counted THEN 'refused' ELSE outcome END, refusal_check = excluded.refusal_check,
    refusal_reason = excluded.refusal_reason, refusal_clause = excluded.refusal_clause,
    refusal_explanation = excluded.refusal_explanation

-- name: take_early
-- The event has come: what was said of it before becomes its row.
UPDATE disclosure
SET (outcome, stored_at, stream_sequence, admitted_at, incoming_number, directory_version, late, receipt_id,
     refusal_check, refusal_reason, refusal_clause, refusal_explanation) =
    (SELECT outcome, stored_at, stream_sequence, admitted_at, incoming_number, directory_version, late, receipt_id,
            refusal_check, refusal_reason, refusal_clause, refusal_explanation
     FROM early_receipt AS early WHERE early.event_id = :event_id AND early.recipient = disclosure.recipient)
WHERE position = :position
  AND recipient IN (SELECT recipient FROM early_receipt WHERE event_id = :event_id)

-- name: drop_early
DELETE FROM early_receipt WHERE event_id = :event_id

-- name: is_early
SELECT recipient, outcome FROM early_receipt WHERE event_id = ?

-- part: line
SELECT event.position, event_id, event_type, event.kind, event.sender, role, recipient, case_id, clause, docnumber,
       docsymbol, signed_at, recorded_at, pair_count, outcome, stored_at, stream_sequence, admitted_at,
       incoming_number, directory_version, late, receipt_id, refusal_check, refusal_reason, refusal_clause,
       refusal_explanation

-- part: a_page_of_those_wanted
-- Each filter is off when null.
(:sender IS NULL OR event.sender = :sender)
  AND (:recipient IS NULL OR recipient = :recipient)
  AND (:event_type IS NULL OR event_type = :event_type)
  AND (:outcome IS NULL OR outcome = :outcome)
  AND (:since IS NULL OR signed_at >= :since)
  AND (:until IS NULL OR signed_at < :until)
ORDER BY event.position, recipient
LIMIT :limit

-- name: ledger
-- The whole ledger in record order, a page at a time.
{line}
FROM event JOIN disclosure USING (position)
WHERE event.position > :after
  AND {a_page_of_those_wanted}

-- name: ledger_of_case
-- The same, entered by the index on cases.
{line}
FROM event INDEXED BY event_by_case JOIN disclosure USING (position)
WHERE case_id = :case_id AND event.position > :after
  AND {a_page_of_those_wanted}

-- name: ledger_of_event
-- The same, entered by the event.
{line}
FROM event INDEXED BY event_by_id JOIN disclosure USING (position)
WHERE event_id = :event_id AND event.position > :after
  AND (:case_id IS NULL OR case_id = :case_id)
  AND {a_page_of_those_wanted}

-- name: awaiting_receipt
SELECT event.event_id, event.case_id, event.clause, event.signed_at, disclosure.sender, disclosure.recipient
FROM disclosure INDEXED BY disclosure_awaiting JOIN event USING (position)
WHERE receipt_id IS NULL AND outcome <> 'elsewhere' AND event.signed_at <= ?
ORDER BY event.signed_at, event.event_id, disclosure.recipient
LIMIT ?

-- name: awaiting_receipt_in_case
-- The same of one case, entered by it.
SELECT event.event_id, event.case_id, event.clause, event.signed_at, disclosure.sender, disclosure.recipient
FROM event INDEXED BY event_by_case JOIN disclosure USING (position)
WHERE event.case_id = ? AND receipt_id IS NULL AND outcome <> 'elsewhere' AND event.signed_at <= ?
ORDER BY event.signed_at, event.event_id, disclosure.recipient
LIMIT ?

-- name: awaiting_page
-- A page of the same, the earliest signed first; `:mark_signed` and what follows are those of the last row shown.
SELECT event.event_id, event.case_id, event.clause, event.signed_at, disclosure.sender, disclosure.recipient
FROM disclosure INDEXED BY disclosure_awaiting JOIN event USING (position)
WHERE receipt_id IS NULL AND outcome <> 'elsewhere' AND event.signed_at <= :now
  AND (:debtor IS NULL OR disclosure.recipient = :debtor) AND (:creditor IS NULL OR disclosure.sender = :creditor)
  AND (event.signed_at, event.event_id, 'give_receipt', disclosure.recipient, disclosure.sender)
    > (:mark_signed, :mark_event, :mark_kind, :mark_debtor, :mark_creditor)
ORDER BY event.signed_at, event.event_id, disclosure.recipient
LIMIT :limit

-- name: awaiting_by_recipient
-- How many own documents each recipient has not receipted yet, and when the first of them was signed.
SELECT waiting.recipient, waiting.documents, event.signed_at AS since
FROM (SELECT recipient, COUNT(*) AS documents, MIN(position) AS first
      FROM disclosure INDEXED BY disclosure_awaiting
      WHERE sender = ? AND receipt_id IS NULL AND outcome <> 'elsewhere' GROUP BY recipient) AS waiting
JOIN event ON event.position = waiting.first
ORDER BY waiting.recipient

-- name: sent
-- Own documents, newest first.
SELECT position, event_id, event_type, case_id, clause, docnumber, docsymbol, signed_at, due
FROM event INDEXED BY event_sent
WHERE kind = 'sent' AND position < :before
ORDER BY position DESC
LIMIT :limit

-- name: sent_awaiting
-- Own documents that some recipient has not receipted.
SELECT position, event_id, event_type, case_id, clause, docnumber, docsymbol, signed_at, due
FROM event
WHERE kind = 'sent' AND position IN
    (SELECT DISTINCT position FROM disclosure INDEXED BY disclosure_awaiting
     WHERE sender = :me AND receipt_id IS NULL AND outcome <> 'elsewhere' AND position < :before
     ORDER BY position DESC LIMIT :limit)
ORDER BY position DESC

-- name: sent_refused
-- Own documents that some recipient has refused.
SELECT position, event_id, event_type, case_id, clause, docnumber, docsymbol, signed_at, due
FROM event
WHERE kind = 'sent' AND position IN
    (SELECT DISTINCT position FROM disclosure INDEXED BY disclosure_refused
     WHERE sender = :me AND outcome = 'refused' AND position < :before ORDER BY position DESC LIMIT :limit)
ORDER BY position DESC

-- name: deliveries_of
-- The rows of some documents, given by their positions.
SELECT event.position, event_id, event_type, event.kind, event.sender, role, recipient, case_id, clause, docnumber,
       docsymbol, signed_at, recorded_at, pair_count, outcome, stored_at, stream_sequence, admitted_at,
       incoming_number, directory_version, late, receipt_id, refusal_check, refusal_reason, refusal_clause,
       refusal_explanation
FROM event JOIN disclosure USING (position)
WHERE position IN (SELECT value FROM json_each(:positions))
ORDER BY event.position, recipient

-- name: count_outcomes
-- Along the small indexes: nearly all is admitted and receipted, and is what is left of the whole.
WITH
few (outcome, deliveries) AS MATERIALIZED (
    SELECT outcome, COUNT(*) FROM disclosure INDEXED BY disclosure_unsaid
    WHERE outcome IN ('pending', 'elsewhere') GROUP BY outcome
    UNION ALL
    SELECT 'refused', COUNT(*) FROM disclosure INDEXED BY disclosure_refused WHERE outcome = 'refused'
),
counted (outcome, deliveries) AS (
    SELECT 'admitted', (SELECT COUNT(*) FROM disclosure) - (SELECT SUM(deliveries) FROM few)
    UNION ALL
    SELECT outcome, deliveries FROM few WHERE outcome <> 'elsewhere'
),
awaiting (outcome, deliveries) AS MATERIALIZED (
    SELECT outcome, COUNT(*) FROM disclosure INDEXED BY disclosure_awaiting
    WHERE receipt_id IS NULL AND outcome <> 'elsewhere' GROUP BY outcome
)
SELECT outcome, counted.deliveries, counted.deliveries - COALESCE(awaiting.deliveries, 0) AS receipted
FROM counted LEFT JOIN awaiting USING (outcome)
WHERE counted.deliveries > 0 ORDER BY outcome
