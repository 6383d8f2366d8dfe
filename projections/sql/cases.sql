-- Statements of the case view.

-- name: touch
-- A case is known from the first event that names it.
INSERT INTO case_file (case_id, first_at, status, status_since) VALUES (:case_id, :at, 'known_in_part', :at)
ON CONFLICT (case_id) DO NOTHING

-- name: head
SELECT head, first_at FROM case_file WHERE case_id = ?

-- name: parts
SELECT part, member, value FROM case_part WHERE case_id = ? ORDER BY part, member

-- name: save_head
UPDATE case_file
SET status = :status, status_since = :status_since, category = :category, lead = :lead, opened_at = :opened_at,
    head = :head
WHERE case_id = :case_id

-- name: set_title
-- The first title stays: a second opening is a conflict, not a new name.
UPDATE case_file SET title = :title WHERE case_id = :case_id AND title IS NULL

-- name: put_part
INSERT INTO case_part (case_id, part, member, value) VALUES (?, ?, ?, ?)
ON CONFLICT (case_id, part, member) DO UPDATE SET value = excluded.value

-- name: drop_part
DELETE FROM case_part WHERE case_id = ? AND part = ? AND member = ?

-- name: cases
-- Newest first by the last event held. Each count and the last event come from an index, never from a scan.
SELECT case_file.case_id, status, status_since, category, title, lead, opened_at,
       (SELECT MAX(position) FROM event WHERE event.case_id = case_file.case_id) AS last_position,
       (SELECT COUNT(*) FROM case_part WHERE case_part.case_id = case_file.case_id AND part = 'requests')
           AS open_requests,
       (SELECT COUNT(*) FROM case_part WHERE case_part.case_id = case_file.case_id AND part = 'suspensions')
           AS suspensions
FROM case_file
WHERE (:status IS NULL OR status = :status) AND (:lead IS NULL OR lead = :lead)
ORDER BY last_position DESC, case_file.case_id
LIMIT :limit OFFSET :offset

-- name: title
SELECT title FROM case_file WHERE case_id = ?

-- name: timeline
SELECT position, event_id, event_type, kind, sender, role, clause, cause, docnumber, docsymbol, signed_at, due,
       recorded_at,
       (SELECT refusal_reason FROM disclosure WHERE disclosure.position = event.position
        AND refusal_reason IS NOT NULL AND event.kind = 'refused') AS refusal_reason,
       (SELECT GROUP_CONCAT(recipient, ' ') FROM (SELECT recipient FROM disclosure
        WHERE disclosure.position = event.position ORDER BY recipient)) AS recipients
FROM event
WHERE case_id = :case_id AND position > :after
ORDER BY position
LIMIT :limit

-- name: count_events
SELECT COUNT(*) AS events FROM event WHERE case_id = ?
