-- Statements of the drafts.

-- name: save
INSERT INTO draft
    (draft_id, state, event_type, case_id, recipients, clause, author, created_at, revision, changed_at, changed_by)
VALUES (:draft_id, 'open', :event_type, :case_id, :recipients, :clause, :by, :at, 1, :at, :by)
ON CONFLICT (draft_id) DO NOTHING

-- name: edit
-- What was sent back waits for a signature again.
UPDATE draft
SET state = 'open', event_type = :event_type, case_id = :case_id, recipients = :recipients, clause = :clause,
    revision = revision + 1, changed_at = :at, changed_by = :by, remark = NULL
WHERE draft_id = :draft_id AND state IN ('open', 'returned')

-- name: send_back
UPDATE draft SET state = 'returned', revision = revision + 1, changed_at = :at, changed_by = :by, remark = :remark
WHERE draft_id = :draft_id AND state = 'open'

-- name: finish
-- A draft is signed or discarded once.
UPDATE draft SET state = :state, changed_at = :at, remark = NULL, signed_event = :signed_event
WHERE draft_id = :draft_id AND state IN ('open', 'returned')

-- name: drafts
SELECT * FROM draft
WHERE (:state IS NULL OR state = :state)
  AND (:mark_changed IS NULL OR changed_at < :mark_changed
       OR (changed_at = :mark_changed AND draft_id > :mark_draft))
ORDER BY changed_at DESC, draft_id
LIMIT :limit

-- name: returned
SELECT * FROM draft WHERE state = 'returned' ORDER BY changed_at DESC, draft_id LIMIT :limit

-- name: count_open
SELECT COUNT(*) AS drafts FROM (SELECT 1 FROM draft WHERE state = 'open' LIMIT :upto)
