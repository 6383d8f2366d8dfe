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

-- part: from_the_mark
changed_at <= :mark_changed AND (changed_at < :mark_changed OR draft_id > :mark_draft)
ORDER BY changed_at DESC, draft_id
LIMIT :limit

-- name: drafts
-- The last changed first, in the order of an index: it is entered at the last row shown.
SELECT * FROM draft INDEXED BY draft_by_change WHERE {from_the_mark}

-- name: drafts_in_state
SELECT * FROM draft INDEXED BY draft_by_state WHERE state = :state AND {from_the_mark}

-- name: count_open
SELECT COUNT(*) AS drafts FROM (SELECT 1 FROM draft INDEXED BY draft_by_state WHERE state = 'open' LIMIT :upto)
