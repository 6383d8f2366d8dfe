-- Statements of what settles a duty of the calendar.

-- name: note_act
INSERT INTO calendar_act (position, event_type, sender, meeting_kind, period_kind, first_day, last_day)
VALUES (:position, :event_type, :sender, :meeting_kind, :period_kind, :first_day, :last_day)

-- name: settling_act
-- The first act of the debtor that settles the duty. What the creditor has refused settles nothing; a creditor that is
-- not among the recipients has no say, and where it must be one (`:addressed`) the act does not settle.
SELECT event.event_id, event.signed_at
FROM calendar_act AS act JOIN event ON event.position = act.position
LEFT JOIN disclosure ON disclosure.position = act.position AND disclosure.recipient = :creditor
WHERE act.event_type = :event_type AND act.sender = :debtor
  AND (:meeting_kind IS NULL OR act.meeting_kind = :meeting_kind)
  AND (:period_kind IS NULL OR
       (act.period_kind = :period_kind AND act.first_day = :first_day AND act.last_day = :last_day))
  AND CASE WHEN disclosure.outcome IS NULL THEN NOT :addressed ELSE disclosure.outcome <> 'refused' END
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = event.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.sender = act.sender
                  AND recall.signed_at <= :now)
ORDER BY event.signed_at, event.position
LIMIT 1

-- name: reports
-- The reports of a period that came here, each sender's newest.
SELECT event.event_id, act.sender, event.signed_at, MAX(act.position) AS position
FROM calendar_act AS act JOIN event ON event.position = act.position
WHERE act.event_type = 'ReportSubmitted' AND event.kind = 'admitted'
  AND act.period_kind = :period_kind AND act.first_day = :first_day AND act.last_day = :last_day
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = event.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.sender = act.sender)
GROUP BY act.sender
ORDER BY act.sender
