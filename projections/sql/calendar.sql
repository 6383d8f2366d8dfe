-- Statements of what settles a duty of the calendar.

-- name: note_act
INSERT INTO calendar_act
    (position, event_type, sender, meeting_kind, period_kind, first_day, last_day, counted_until)
VALUES (:position, :event_type, :sender, :meeting_kind, :period_kind, :first_day, :last_day, :counted_until)

-- name: settling_act
-- The first act of the debtor that settles the duty. What the creditor has refused settles nothing; a creditor that is
-- not among the recipients has no say, and where it must be one (`:addressed`) the act does not settle. What went to an
-- agency before the creditor came to stand in its place went to the creditor.
SELECT event.event_id, event.signed_at
FROM calendar_act AS act JOIN event ON event.position = act.position
LEFT JOIN disclosure ON disclosure.position = act.position AND disclosure.recipient IN
    (SELECT :creditor UNION ALL SELECT agency FROM successor WHERE heir = :creditor)
WHERE act.event_type = :event_type AND act.sender = :debtor
  AND (:meeting_kind IS NULL OR act.meeting_kind = :meeting_kind)
  AND (:period_kind IS NULL OR
       (act.period_kind = :period_kind AND act.first_day = :first_day AND act.last_day = :last_day))
  AND CASE WHEN disclosure.outcome IS NULL THEN NOT :addressed ELSE disclosure.outcome <> 'refused' END
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = event.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.signed_at <= :now AND recall.sender IN
                      (act.sender, (SELECT heir FROM successor WHERE successor.agency = act.sender)))
ORDER BY event.signed_at, event.position
LIMIT 1

-- name: reports
-- The reports of a period that came here or to an agency whose record was taken over, each sender's newest.
SELECT event.event_id, act.sender, event.signed_at, MAX(act.position) AS position
FROM calendar_act AS act JOIN event ON event.position = act.position
WHERE act.event_type = 'ReportSubmitted'
  AND (event.kind = 'admitted' OR (event.kind = 'inherited' AND EXISTS
       (SELECT 1 FROM disclosure JOIN successor ON successor.agency = disclosure.recipient
        WHERE disclosure.position = act.position)))
  AND act.period_kind = :period_kind AND act.first_day = :first_day AND act.last_day = :last_day
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = event.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.sender IN
                      (act.sender, (SELECT heir FROM successor WHERE successor.agency = act.sender)))
GROUP BY act.sender
ORDER BY act.sender
