-- Statements of what reports count. `:me` is the agency whose views these are; instants are the wire's text.

-- name: note
INSERT INTO figure_fact (position, event_id, event_type, kind, sender, signed_at, case_id,
                         category, detail, about, ends_at, amount_dong, things)
VALUES (:position, :event_id, :event_type, :kind, :sender, :signed_at, :case_id,
        :category, :detail, :about, :ends_at, :amount_dong, :things)

-- name: note_case
INSERT INTO case_moment (case_id, position, at, status, since, lead, led_before, category)
VALUES (:case_id, :position, :at, :status, :since, :lead, :led_before, :category)

-- The statements below count what `:parts` says, a JSON list of {"agency", "since", "standing"}: this agency and those in
-- whose place it stands, from when on the acts of each count here, and whether what stood with it at the end does.

-- name: took_over
-- Whether documents of an agency's record are held here in its place.
SELECT EXISTS (SELECT 1 FROM event INDEXED BY event_inherited LEFT JOIN disclosure ON disclosure.position = event.position
               WHERE event.kind = 'inherited' AND :agency IN (event.sender, disclosure.recipient)) AS held

-- name: own_report
-- Until when an agency counted itself in a report on the period, and which report that is.
SELECT act.counted_until, event.event_id
FROM calendar_act AS act JOIN event ON event.position = act.position
WHERE act.event_type = 'ReportSubmitted' AND act.sender = :agency
  AND act.period_kind = :period_kind AND act.first_day = :first_day AND act.last_day = :last_day
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = event.event_id
                  AND recall.event_type = 'EventRecalled' AND recall.sender IN
                      (act.sender, (SELECT heir FROM successor WHERE successor.agency = act.sender)))
ORDER BY act.counted_until DESC, act.position DESC
LIMIT 1

-- part: not_recalled
-- By its own sender, or who stands in its place.
NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = fact.event_id
            AND recall.event_type = 'EventRecalled' AND recall.signed_at < :until AND recall.sender IN
                (fact.sender, (SELECT heir FROM successor WHERE successor.agency = fact.sender)))

-- part: taken_in
-- Somebody to whom it went has not refused it; and it is none that was sent again to who had refused it, while the others
-- had taken in the first, which counts.
EXISTS (SELECT 1 FROM disclosure WHERE disclosure.position = fact.position AND disclosure.outcome <> 'refused')
  AND NOT EXISTS (SELECT 1 FROM event AS again JOIN figure_fact AS first ON first.event_id = again.cause
                  WHERE again.position = fact.position
                    AND first.event_type = fact.event_type AND first.sender = fact.sender
                    AND EXISTS (SELECT 1 FROM disclosure AS refused JOIN disclosure AS told USING (recipient)
                                WHERE refused.position = first.position AND refused.outcome = 'refused'
                                  AND told.position = fact.position)
                    AND EXISTS (SELECT 1 FROM disclosure WHERE disclosure.position = first.position
                                                           AND disclosure.outcome <> 'refused')
                    AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall
                                    WHERE recall.about = first.event_id AND recall.event_type = 'EventRecalled'
                                      AND recall.signed_at < :until))

-- part: stated
-- Facts, each as the corrections of it that stand have it: the last word on what was named, and all that fines went up or
-- down by.
(SELECT said.position, said.event_id, said.event_type, said.kind, said.sender, said.signed_at, said.case_id, said.about,
        said.things,
        COALESCE((SELECT correction.category FROM figure_fact AS correction
                  WHERE correction.about = said.event_id AND correction.event_type = 'EventCorrected'
                    AND correction.category IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall
                                    WHERE recall.about = correction.event_id AND recall.event_type = 'EventRecalled')
                  ORDER BY correction.position DESC LIMIT 1), said.category) AS category,
        COALESCE((SELECT correction.detail FROM figure_fact AS correction
                  WHERE correction.about = said.event_id AND correction.event_type = 'EventCorrected'
                    AND correction.detail IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall
                                    WHERE recall.about = correction.event_id AND recall.event_type = 'EventRecalled')
                  ORDER BY correction.position DESC LIMIT 1), said.detail) AS detail,
        COALESCE((SELECT correction.ends_at FROM figure_fact AS correction
                  WHERE correction.about = said.event_id AND correction.event_type = 'EventCorrected'
                    AND correction.ends_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall
                                    WHERE recall.about = correction.event_id AND recall.event_type = 'EventRecalled')
                  ORDER BY correction.position DESC LIMIT 1), said.ends_at) AS ends_at,
        MAX(0, said.amount_dong + COALESCE(
            (SELECT SUM(correction.amount_dong) FROM figure_fact AS correction
             WHERE correction.about = said.event_id AND correction.event_type = 'EventCorrected'
               AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall
                               WHERE recall.about = correction.event_id AND recall.event_type = 'EventRecalled')), 0)
        ) AS amount_dong
 FROM figure_fact AS said)

-- name: acts
-- What was done in the time, by type, category and detail.
SELECT fact.event_type, fact.category, fact.detail, SUM(fact.things) AS things, SUM(fact.amount_dong) AS amount_dong
FROM {stated} AS fact
JOIN json_each(:parts) AS part ON json_extract(part.value, '$.agency') = fact.sender
                              AND fact.signed_at >= json_extract(part.value, '$.since')
WHERE fact.signed_at >= :since AND fact.signed_at < :until
  AND {not_recalled}
  AND {taken_in}
GROUP BY fact.event_type, fact.category, fact.detail
ORDER BY fact.event_type, fact.category, fact.detail

-- name: suspicions_received
-- By this agency or by one whose record it took over.
SELECT fact.category, COUNT(*) AS things
FROM {stated} AS fact
WHERE fact.event_type IN ('SuspicionReported', 'SuspicionReferred')
  AND fact.signed_at >= :since AND fact.signed_at < :until
  AND (fact.kind = 'admitted' OR (fact.kind = 'inherited' AND EXISTS
       (SELECT 1 FROM disclosure JOIN json_each(:parts) AS part
                      ON json_extract(part.value, '$.agency') = disclosure.recipient
        WHERE disclosure.position = fact.position AND fact.signed_at >= json_extract(part.value, '$.since'))))
  AND {not_recalled}
  -- A referral of a suspicion that came here before, directly or from another, is the same suspicion.
  AND NOT (fact.event_type = 'SuspicionReferred' AND EXISTS
           (SELECT 1 FROM figure_fact AS before WHERE before.event_id = fact.about AND before.kind <> 'sent'))
  AND NOT (fact.event_type = 'SuspicionReferred' AND EXISTS
           (SELECT 1 FROM figure_fact AS before
            WHERE before.about = fact.about AND before.event_type = 'SuspicionReferred' AND before.kind <> 'sent'
              AND (before.signed_at, before.position) < (fact.signed_at, fact.position)
              AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = before.event_id
                              AND recall.event_type = 'EventRecalled' AND recall.signed_at < :until
                              AND recall.sender IN (before.sender, (SELECT heir FROM successor
                                                                    WHERE successor.agency = before.sender)))))
GROUP BY fact.category
ORDER BY fact.category

-- name: dismissed
-- A dismissal names no category: it is that of the suspicion.
SELECT report.category, COUNT(*) AS things
FROM figure_fact AS fact JOIN {stated} AS report ON report.event_id = fact.about
JOIN json_each(:parts) AS part ON json_extract(part.value, '$.agency') = fact.sender
                              AND fact.signed_at >= json_extract(part.value, '$.since')
WHERE fact.event_type = 'SuspicionDismissed' AND fact.signed_at >= :since AND fact.signed_at < :until
  AND {not_recalled}
  AND {taken_in}
GROUP BY report.category
ORDER BY report.category

-- name: cases_led
-- How the cases that this agency led stood when the time ended; the closed ones only if they were closed within it, by
-- somebody whose acts count here then.
SELECT moment.category, moment.status, outcome.detail AS outcome, COUNT(*) AS cases
FROM case_moment AS moment
LEFT JOIN {stated} AS outcome ON moment.status = 'closed' AND outcome.position =
    (SELECT MAX(closing.position) FROM figure_fact AS closing INDEXED BY figure_fact_by_time
     WHERE closing.case_id = moment.case_id AND closing.event_type = 'CaseClosed'
       AND closing.sender IN (SELECT json_extract(value, '$.agency') FROM json_each(:parts))
       AND closing.signed_at >= :since AND closing.signed_at < :until)
WHERE moment.position = (SELECT MAX(position) FROM case_moment AS later
                         WHERE later.case_id = moment.case_id AND later.at < :until)
  AND moment.lead IN (SELECT json_extract(value, '$.agency') FROM json_each(:parts))
  AND (moment.status = 'closed' OR COALESCE(moment.led_before, moment.lead) IN
       (SELECT json_extract(value, '$.agency') FROM json_each(:parts) WHERE json_extract(value, '$.standing')))
  AND (moment.status = 'open' OR (moment.status = 'closed' AND moment.since >= :since AND
       (outcome.sender IS NULL OR EXISTS
        (SELECT 1 FROM json_each(:parts) AS part WHERE json_extract(part.value, '$.agency') = outcome.sender
         AND outcome.signed_at >= json_extract(part.value, '$.since')))))
GROUP BY moment.category, moment.status, outcome.detail
ORDER BY moment.category, moment.status, outcome.detail

-- name: requests
-- Requests to this agency that arrived in the time, were settled in it, or ran out of time by its end: whom they were sent
-- to, and who settled them.
SELECT obligation.owed_since, obligation.due, obligation.settled_at, obligation.settled_how,
       EXISTS (SELECT 1 FROM settlement JOIN figure_fact AS recall ON recall.event_id = settlement.settled_by
               WHERE settlement.event_id = obligation.event_id AND settlement.kind = obligation.kind
                 AND settlement.settled_how = 'recalled' AND recall.signed_at < :until) AS recalled,
       event.recorded_at AS received_at, answer.sender AS settled_by,
       CASE WHEN event.kind = 'inherited' THEN
            (SELECT recipient FROM disclosure JOIN json_each(:predecessors) AS gone ON gone.value = recipient
             WHERE disclosure.position = event.position) END AS asked
FROM obligation JOIN event ON event.event_id = obligation.event_id
LEFT JOIN event AS answer ON answer.event_id = obligation.settled_by
WHERE obligation.debtor = :me AND obligation.kind IN ('answer_request', 'reply_coordination')
  AND obligation.owed_since < :until
  AND (obligation.settled_at IS NULL OR obligation.settled_at >= :since)

-- name: suspensions_in_force
-- What was carried out and nobody had lifted, nor its own end ended, when the time was over.
SELECT COUNT(DISTINCT fact.about) AS things
FROM {stated} AS fact
LEFT JOIN {stated} AS ordered ON ordered.event_id = fact.about AND ordered.event_type = 'SuspensionOrdered'
WHERE fact.event_type = 'SuspensionExecuted' AND fact.signed_at < :until
  AND fact.sender IN (SELECT json_extract(value, '$.agency') FROM json_each(:parts)
                      WHERE json_extract(value, '$.standing'))
  AND COALESCE(ordered.ends_at, fact.ends_at, :until) >= :until
  AND {not_recalled}
  AND {taken_in}
  AND NOT EXISTS (SELECT 1 FROM figure_fact AS ended WHERE ended.about = fact.about
                  AND ended.event_type IN ('SuspensionLifted', 'EventRecalled') AND ended.signed_at < :until
                  AND NOT EXISTS (SELECT 1 FROM figure_fact AS recall WHERE recall.about = ended.event_id
                                  AND recall.event_type = 'EventRecalled' AND recall.signed_at < :until))
