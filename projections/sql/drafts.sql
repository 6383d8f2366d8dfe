-- Statements of the drafts.

-- name: save
INSERT INTO draft (draft_id, state, event_type, case_id, recipients, clause, author, created_at, changed_at)
VALUES (:draft_id, 'open', :event_type, :case_id, :recipients, :clause, :author, :at, :at)
ON CONFLICT (draft_id) DO UPDATE
SET event_type = excluded.event_type, case_id = excluded.case_id, recipients = excluded.recipients,
    clause = excluded.clause, author = excluded.author, changed_at = excluded.changed_at
WHERE state = 'open'

-- name: finish
-- A draft is signed or discarded once.
UPDATE draft SET state = :state, changed_at = :at, signed_event = :signed_event
WHERE draft_id = :draft_id AND state = 'open'

-- name: drafts
SELECT * FROM draft
WHERE (:state IS NULL OR state = :state)
  AND (:mark_changed IS NULL OR changed_at < :mark_changed
       OR (changed_at = :mark_changed AND draft_id > :mark_draft))
ORDER BY changed_at DESC, draft_id
LIMIT :limit

-- name: count_open
SELECT COUNT(*) AS drafts FROM (SELECT 1 FROM draft WHERE state = 'open' LIMIT :upto)
