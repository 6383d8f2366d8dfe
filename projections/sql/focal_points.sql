-- Statements of the focal points.

-- name: note
INSERT INTO focal_point (position, agency, unit, officer, officer_position, phone, email, fields, since, replaces, note)
VALUES (:position, :agency, :unit, :officer, :officer_position, :phone, :email, :fields, :since, :replaces, :note)

-- name: told_by
-- Every designation signed by the moment, with the first recall of it by then. One that all its recipients have refused
-- was told to nobody.
SELECT focal.*, event.event_id, event.clause, event.signed_at,
       (SELECT MIN(recall.signed_at) FROM figure_fact AS recall
        WHERE recall.about = event.event_id AND recall.event_type = 'EventRecalled' AND recall.signed_at <= :now
          AND recall.sender IN (event.sender, (SELECT heir FROM successor WHERE successor.agency = event.sender))
       ) AS recalled_at
FROM focal_point AS focal JOIN event ON event.position = focal.position
WHERE event.signed_at <= :now
  AND EXISTS (SELECT 1 FROM disclosure WHERE disclosure.position = focal.position AND disclosure.outcome <> 'refused')
ORDER BY focal.agency, focal.since, event.signed_at, focal.position
