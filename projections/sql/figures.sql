-- Statements of what reports count. `:me` is the agency whose views these are; instants are the wire's text.

-- name: note
INSERT INTO figure_fact (position, event_id, event_type, kind, sender, signed_at, case_id,
                         category, detail, about, ends_at, amount_dong, things)
VALUES (:position, :event_id, :event_type, :kind, :sender, :signed_at, :case_id,
        :category, :detail, :about, :ends_at, :amount_dong, :things)

-- name: note_case
INSERT INTO case_moment (case_id, position, at, status, since, lead, category)
VALUES (:case_id, :position, :at, :status, :since, :lead, :category)

-- name: acts
-- What this agency did in the time, by type, category and detail; what its sender has recalled since does not count.
SELECT fact.event_type, fact.category, fact.detail, SUM(fact.things) AS things, SUM(fact.amount_dong) AS amount_dong
FROM figure_fact AS fact
WHERE fact.sender = :me AND fact.signed_at >= :since AND fact.signed_at < :until
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = fact.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.sender = fact.sender AND recall.signed_at < :until)
GROUP BY fact.event_type, fact.category, fact.detail
ORDER BY fact.event_type, fact.category, fact.detail

-- name: suspicions_received
SELECT fact.category, COUNT(*) AS things
FROM figure_fact AS fact
WHERE fact.event_type IN ('SuspicionReported', 'SuspicionReferred') AND fact.kind = 'admitted'
  AND fact.signed_at >= :since AND fact.signed_at < :until
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = fact.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.sender = fact.sender AND recall.signed_at < :until)
  -- A referral of a suspicion that came here directly too is the same suspicion.
  AND NOT (fact.event_type = 'SuspicionReferred' AND EXISTS
           (SELECT 1 FROM figure_fact AS report WHERE report.event_id = fact.about AND report.kind = 'admitted'))
GROUP BY fact.category
ORDER BY fact.category

-- name: dismissed
-- A dismissal names no category: it is that of the suspicion.
SELECT report.category, COUNT(*) AS things
FROM figure_fact AS fact JOIN figure_fact AS report ON report.event_id = fact.about
WHERE fact.event_type = 'SuspicionDismissed' AND fact.sender = :me
  AND fact.signed_at >= :since AND fact.signed_at < :until
GROUP BY report.category
ORDER BY report.category

-- name: cases_led
-- How the cases that this agency led stood when the time ended; the closed ones only if they were closed within it.
SELECT moment.category, moment.status, outcome.detail AS outcome, COUNT(*) AS cases
FROM case_moment AS moment
LEFT JOIN figure_fact AS outcome ON moment.status = 'closed' AND outcome.position =
    (SELECT MAX(closing.position) FROM figure_fact AS closing INDEXED BY figure_fact_by_time
     WHERE closing.case_id = moment.case_id AND closing.event_type = 'CaseClosed'
       AND closing.signed_at >= :since AND closing.signed_at < :until)
WHERE moment.position = (SELECT MAX(position) FROM case_moment AS later
                         WHERE later.case_id = moment.case_id AND later.at < :until)
  AND moment.lead = :me
  AND (moment.status = 'open' OR (moment.status = 'closed' AND moment.since >= :since))
GROUP BY moment.category, moment.status, outcome.detail
ORDER BY moment.category, moment.status, outcome.detail

-- name: requests
-- Requests to this agency that arrived in the time, were settled in it, or ran out of time by its end.
SELECT obligation.owed_since, obligation.due, obligation.settled_at, obligation.settled_how,
       event.recorded_at AS received_at
FROM obligation JOIN event ON event.event_id = obligation.event_id
WHERE obligation.debtor = :me AND obligation.kind IN ('answer_request', 'reply_coordination')
  AND obligation.owed_since < :until
  AND (obligation.settled_at IS NULL OR obligation.settled_at >= :since)

-- name: suspensions_in_force
-- What this agency carried out and nobody had lifted, nor its own end ended, when the time was over.
SELECT COUNT(DISTINCT done.about) AS things
FROM figure_fact AS done
LEFT JOIN figure_fact AS ordered ON ordered.event_id = done.about AND ordered.event_type = 'SuspensionOrdered'
WHERE done.event_type = 'SuspensionExecuted' AND done.sender = :me AND done.signed_at < :until
  AND COALESCE(ordered.ends_at, done.ends_at, :until) >= :until
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS ended WHERE ended.about = done.about
                  AND ended.event_type IN ('SuspensionLifted', 'EventRecalled') AND ended.signed_at < :until)
