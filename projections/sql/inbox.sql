-- Statements of the inbox: what came, and what became of it.

-- name: hold
-- The same message can be held, released and held again; the last word stands.
INSERT INTO held_message (digest, state, held_since, sender, event_type, event_id, reason, explanation)
VALUES (:digest, :state, :at, :sender, :event_type, :event_id, :reason, :explanation)
ON CONFLICT (digest) DO UPDATE
SET state = excluded.state, held_since = excluded.held_since, sender = excluded.sender,
    event_type = excluded.event_type, event_id = excluded.event_id, reason = excluded.reason,
    explanation = excluded.explanation, resolved_at = NULL, resolution = NULL

-- name: release
UPDATE held_message SET state = 'resolved', resolved_at = :at, resolution = :resolution
WHERE digest = :digest AND state = :state

-- name: received
-- Newest first. A message is received if somebody else sent it.
SELECT position, kind AS state, event_id, event_type, event.sender, case_id, clause, docnumber, docsymbol, signed_at,
       recorded_at AS arrived_at, incoming_number, late, receipt_id, refusal_check, refusal_reason, refusal_clause,
       refusal_explanation
FROM event JOIN disclosure USING (position)
WHERE kind <> 'sent' AND recipient = :me AND position < :before AND (:state IS NULL OR kind = :state)
ORDER BY position DESC
LIMIT :limit

-- name: refused
-- The same, entered by the small index on refused events.
SELECT position, kind AS state, event_id, event_type, event.sender, case_id, clause, docnumber, docsymbol, signed_at,
       recorded_at AS arrived_at, incoming_number, late, receipt_id, refusal_check, refusal_reason, refusal_clause,
       refusal_explanation
FROM event INDEXED BY event_refused JOIN disclosure USING (position)
WHERE kind = 'refused' AND recipient = :me AND position < :before
ORDER BY position DESC
LIMIT :limit

-- name: held
SELECT digest, state, held_since, sender, event_type, event_id, reason, explanation
FROM held_message
WHERE state <> 'resolved' AND (:state IS NULL OR state = :state)
ORDER BY held_since DESC, digest
LIMIT :limit
