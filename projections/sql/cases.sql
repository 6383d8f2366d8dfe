-- Statements of the case view.

-- name: touch
-- A case is known from the first event that names it.
INSERT INTO case_file (case_id, first_at, status, status_since, last_position)
VALUES (:case_id, :at, 'known_in_part', :at, :position)
ON CONFLICT (case_id) DO UPDATE SET last_position = excluded.last_position

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
UPDATE case_file SET title = :title, search = :search WHERE case_id = :case_id AND title IS NULL

-- name: put_part
INSERT INTO case_part (case_id, part, member, value) VALUES (?, ?, ?, ?)
ON CONFLICT (case_id, part, member) DO UPDATE SET value = excluded.value

-- name: drop_part
DELETE FROM case_part WHERE case_id = ? AND part = ? AND member = ?

-- name: cases
-- Newest first by the last event held. The page's rows are chosen by the index alone, which holds every column that a
-- filter reads: walking it past a hundred thousand cases costs some milliseconds.
WITH page AS MATERIALIZED (
    SELECT case_id, last_position FROM case_file INDEXED BY case_by_last
    WHERE last_position < :before
      AND (:status IS NULL OR status = :status) AND (:lead IS NULL OR lead = :lead)
      AND (:category IS NULL OR category = :category)
      AND (:text IS NULL OR instr(search, :text) > 0 OR instr(case_id, :text) = 1)
    ORDER BY last_position DESC
    LIMIT :limit
)
SELECT case_file.case_id, status, status_since, category, title, lead, opened_at, page.last_position,
       (SELECT COUNT(*) FROM case_part WHERE case_part.case_id = case_file.case_id AND part = 'requests')
           AS open_requests,
       (SELECT COUNT(*) FROM case_part WHERE case_part.case_id = case_file.case_id AND part = 'suspensions')
           AS suspensions
FROM page JOIN case_file ON case_file.case_id = page.case_id
ORDER BY page.last_position DESC

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

-- name: suspensions
-- Over all cases, soonest end first. `:end`, `:case_id` and `:member` are those of the last row shown.
SELECT case_part.case_id, member, value, COALESCE(json_extract(value, '$.ends_at'), '9999') AS ends,
       title, event.event_type, event.docnumber, event.docsymbol, event.signed_at
FROM case_part INDEXED BY case_part_suspension
JOIN case_file ON case_file.case_id = case_part.case_id
LEFT JOIN event ON event.event_id = case_part.member
WHERE part = 'suspensions'
  AND (COALESCE(json_extract(value, '$.ends_at'), '9999'), case_part.case_id, member) > (:end, :case_id, :member)
  AND COALESCE(json_extract(value, '$.ends_at'), '9999') >= :ends_from
  AND COALESCE(json_extract(value, '$.ends_at'), '9999') < :ends_before
  AND (NOT :awaiting OR json_array_length(value, '$.ordered') > 0)
  AND (NOT :executed OR json_array_length(value, '$.executed') > 0)
ORDER BY COALESCE(json_extract(value, '$.ends_at'), '9999'), case_part.case_id, member
LIMIT :limit
