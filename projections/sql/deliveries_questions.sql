-- What is asked of the auditor's views. Instants are milliseconds, words their codes; `told` gives back the texts.

-- part: tallied
(:sender IS NULL OR sender = :sender)
  AND (:recipient IS NULL OR recipient = :recipient)
  AND (:event_type IS NULL OR event_type = :event_type)
  AND (:clause IS NULL OR clause = :clause)

-- name: count_tallied
-- Without a period the fold has counted already.
SELECT COALESCE(SUM(deliveries), 0) FROM tally WHERE {tallied}

-- part: wanted
-- A filter is off when null.
(:sender IS NULL OR delivery.sender = :sender)
  AND (:recipient IS NULL OR delivery.recipient = :recipient)
  AND (:event_type IS NULL OR delivery.event_type = :event_type)
  AND (:clause IS NULL OR delivery.clause = :clause)
  AND (:signed_from IS NULL OR delivery.signed >= :signed_from)
  AND (:signed_until IS NULL OR delivery.signed < :signed_until)
  AND (:admitted_from IS NULL OR (delivery.outcome = 2 AND delivery.admitted >= :admitted_from))
  AND (:admitted_until IS NULL OR (delivery.outcome = 2 AND delivery.admitted < :admitted_until))

-- part: of_the_case
-- The deliveries of a case, entered by the index on cases.
event INDEXED BY event_by_case CROSS JOIN delivery
  ON delivery.log_index BETWEEN first_index AND first_index + recipients - 1

-- part: touched
-- A stretch in which something may lie in the period.
(:signed_from IS NULL OR signed_last >= :signed_from)
  AND (:signed_until IS NULL OR signed_first < :signed_until)
  AND (:admitted_from IS NULL OR admitted_last >= :admitted_from)
  AND (:admitted_until IS NULL OR admitted_first < :admitted_until)

-- part: by_stretch
-- All deliveries, in the order of the log.
stretch CROSS JOIN delivery NOT INDEXED
  ON log_index BETWEEN stretch.stretch * 4096 AND stretch.stretch * 4096 + 4095

-- name: count_told
-- Every delivery is looked at that may lie in the period.
SELECT COUNT(*) FROM {by_stretch}
WHERE {touched} AND {wanted}

-- name: told
SELECT * FROM told WHERE log_index IN
    (SELECT log_index FROM {by_stretch}
     WHERE {touched} AND stretch.stretch >= :after / 4096 AND log_index > :after
       AND stretch.stretch IN (SELECT tally.stretch FROM tally WHERE {tallied})
       AND {wanted}
     ORDER BY stretch.stretch, log_index LIMIT :limit)
ORDER BY log_index

-- name: count_told_of_case
SELECT COUNT(*) FROM {of_the_case}
WHERE case_id = :case_id AND {wanted}

-- name: told_of_case
SELECT * FROM told WHERE log_index IN
    (SELECT delivery.log_index FROM {of_the_case}
     WHERE case_id = :case_id AND delivery.log_index > :after AND {wanted}
     ORDER BY delivery.log_index LIMIT :limit)
ORDER BY log_index

-- name: stretches
-- Where in the log some of the deliveries wanted may be, newest first; how many there are, before any period, and
-- whether the period of signing holds them all.
SELECT stretch, SUM(deliveries) AS deliveries,
       (:signed_from IS NULL OR signed_first >= :signed_from)
       AND (:signed_until IS NULL OR signed_last < :signed_until) AS whole
FROM tally JOIN stretch USING (stretch)
WHERE (:before IS NULL OR stretch <= :before / 4096) AND {tallied}
  AND {touched}
GROUP BY stretch ORDER BY stretch DESC

-- name: newest_of_stretch
-- Indexes of the deliveries wanted in one of them, newest first.
SELECT log_index FROM delivery NOT INDEXED
WHERE log_index BETWEEN :stretch * 4096 AND :stretch * 4096 + 4095
  AND (:before IS NULL OR log_index < :before) AND {wanted}
ORDER BY log_index DESC

-- name: newest_of_case
SELECT delivery.log_index FROM {of_the_case}
WHERE case_id = :case_id AND (:before IS NULL OR delivery.log_index < :before) AND {wanted}
ORDER BY delivery.log_index DESC LIMIT :limit

-- name: told_of_event
-- Whom one document told. An id may stand twice.
SELECT * FROM told WHERE log_index IN
    (SELECT delivery.log_index FROM event INDEXED BY event_by_id CROSS JOIN delivery
       ON delivery.log_index BETWEEN first_index AND first_index + recipients - 1
     WHERE event.event_id = :event_id)
ORDER BY log_index

-- name: told_with_agency
-- What one agency told in a case up to a moment, and what the others told it.
SELECT * FROM told WHERE log_index IN
    (SELECT delivery.log_index FROM {of_the_case}
     WHERE case_id = :case_id AND signed <= :at AND :agency IN (delivery.sender, delivery.recipient))
ORDER BY log_index

-- name: timeline
-- The deliveries of a case, with what they answer and what answers them.
SELECT told.*, answered.event_id AS answers, answered.docnumber || '/' || answered.docsymbol AS answers_document,
       request.log_index IS NOT NULL AS asks, reply.event_id AS answered_by,
       reply.docnumber || '/' || reply.docsymbol AS answered_by_document,
       strftime('%Y-%m-%dT%H:%M:%fZ', request.answered / 1000.0, 'unixepoch') AS answered_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', request.withdrawn / 1000.0, 'unixepoch') AS withdrawn_at
FROM told
LEFT JOIN event AS answered ON answered.first_index =
    (SELECT MIN(answer.request) FROM answer WHERE answer.log_index = told.log_index)
LEFT JOIN request ON request.log_index = told.log_index
LEFT JOIN delivery AS reply_delivery ON reply_delivery.log_index = request.answer
LEFT JOIN event AS reply ON reply.first_index = reply_delivery.log_index - reply_delivery.place
WHERE told.log_index IN
    (SELECT delivery.log_index FROM {of_the_case}
     WHERE case_id = :case_id AND delivery.log_index > :after
     ORDER BY delivery.log_index LIMIT :limit)
ORDER BY told.log_index

-- Silence. What nobody answered, receipted or sent up to a moment. At a moment behind everything that is known here
-- the smaller indexes do; for an earlier one all requests are looked at.

-- part: roles_and_heirs
-- Types that ask those alone who hold a role, who holds it from when until when, and who stands in whose place.
WITH
bound (event_type) AS MATERIALIZED (SELECT value FROM json_each(:bound)),
holder (event_type, agency, since, until) AS MATERIALIZED
    (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(:holders)),
heir (agency, heir) AS MATERIALIZED (SELECT value ->> 0, value ->> 1 FROM json_each(:heirs))

-- part: nobody_answered
-- The request was signed, and neither refused nor answered, by its own recipient or for all, by the moment.
asked.signed <= :at AND NOT (asked.outcome = 3 AND asked.admitted <= :at)
  AND (asked.event_type NOT IN (SELECT event_type FROM bound) OR EXISTS
       (SELECT 1 FROM holder WHERE holder.event_type = asked.event_type AND holder.agency = asked.recipient
          AND holder.since <= asked.signed AND (holder.until IS NULL OR asked.signed < holder.until)))
  AND NOT EXISTS
      (SELECT 1 FROM answer CROSS JOIN delivery AS reply ON reply.log_index = answer.log_index
       WHERE answer.request = asked.log_index - asked.place AND reply.signed <= :at
         AND NOT answer.recalled AND reply.outcome <> 3
         AND CASE WHEN answer.for_all THEN
                 (asked.sender, reply.sender) IN (SELECT agency, heir FROM heir) OR EXISTS
                 (SELECT 1 FROM event CROSS JOIN delivery AS told_too
                    ON told_too.log_index BETWEEN first_index AND first_index + recipients - 1
                  WHERE first_index = asked.log_index - asked.place
                    AND (told_too.recipient, reply.sender) IN (SELECT agency, heir FROM heir))
             ELSE
                 (reply.sender = asked.recipient
                  OR (asked.recipient, reply.sender) IN (SELECT agency, heir FROM heir))
                 AND (reply.recipient = asked.sender
                      OR (asked.sender, reply.recipient) IN (SELECT agency, heir FROM heir))
             END)

-- part: open_requests
-- Those that are open now.
FROM request INDEXED BY request_open CROSS JOIN delivery AS asked ON asked.log_index = request.log_index
WHERE request.answered IS NULL AND request.withdrawn IS NULL

-- part: open_requests_then
-- Those that were open at an earlier moment.
FROM request CROSS JOIN delivery AS asked ON asked.log_index = request.log_index
WHERE (request.answered IS NULL OR request.answered > :at) AND (request.withdrawn IS NULL OR request.withdrawn > :at)

-- part: when_due
SELECT request.log_index, strftime('%Y-%m-%dT%H:%M:%fZ', request.due / 1000.0, 'unixepoch') AS due_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', request.stated / 1000.0, 'unixepoch') AS stated_at

-- name: count_unanswered
{roles_and_heirs}
SELECT COUNT(*) AS requests, COALESCE(SUM(request.due < :at), 0) AS overdue
{open_requests}
  AND {nobody_answered}

-- name: count_unanswered_then
{roles_and_heirs}
SELECT COUNT(*) AS requests, COALESCE(SUM(request.due < :at), 0) AS overdue
{open_requests_then}
  AND {nobody_answered}

-- name: unanswered
{roles_and_heirs}
{when_due}
{open_requests}
  AND {nobody_answered}
ORDER BY request.due IS NULL, request.due, request.log_index
LIMIT :limit OFFSET :offset

-- name: unanswered_then
{roles_and_heirs}
{when_due}
{open_requests_then}
  AND {nobody_answered}
ORDER BY request.due IS NULL, request.due, request.log_index
LIMIT :limit OFFSET :offset

-- name: count_unreceipted
SELECT COUNT(*) FROM ({unreceipted_still})

-- part: receipted_later
-- Deliveries that were receipted behind the moment; only those stretches are looked at where there may be some.
SELECT log_index, signed FROM stretch CROSS JOIN delivery
  ON log_index BETWEEN stretch.stretch * 4096 AND stretch.stretch * 4096 + 4095
WHERE receipted_last > :at AND signed_first <= :before AND receipted > :at AND signed <= :before

-- part: unreceipted_still
SELECT log_index, signed FROM delivery INDEXED BY delivery_awaiting WHERE receipt IS NULL AND signed <= :before

-- name: count_unreceipted_then
SELECT COUNT(*) FROM ({unreceipted_still} UNION ALL {receipted_later})

-- name: unreceipted
SELECT log_index FROM ({unreceipted_still})
ORDER BY signed, log_index LIMIT :limit OFFSET :offset

-- name: unreceipted_then
SELECT log_index FROM ({unreceipted_still} UNION ALL {receipted_later})
ORDER BY signed, log_index LIMIT :limit OFFSET :offset

-- name: told_at
SELECT * FROM told WHERE log_index IN (SELECT value FROM json_each(:log_indexes))

-- name: held_up
-- Why a delivery may be parked at its recipient: the document before it has not come to the auditor either; it has no
-- receipt itself; or its cause was never told to the recipient nor by it.
SELECT
    pair_count > 1 AND NOT EXISTS (SELECT 1 FROM delivery AS before WHERE before.sender = delivery.sender
        AND before.recipient = delivery.recipient AND before.pair_count = delivery.pair_count - 1) AS unknown_before,
    EXISTS (SELECT 1 FROM delivery AS before WHERE before.sender = delivery.sender
        AND before.recipient = delivery.recipient AND before.pair_count = delivery.pair_count - 1
        AND (before.receipt IS NULL OR before.receipted > :at)) AS unreceipted_before,
    event.cause IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM event AS cause CROSS JOIN delivery AS told_cause
           ON told_cause.log_index BETWEEN cause.first_index AND cause.first_index + cause.recipients - 1
         WHERE cause.event_id = event.cause AND delivery.recipient IN (told_cause.sender, told_cause.recipient))
        AS cause_untold
FROM delivery JOIN event ON event.first_index = delivery.log_index - delivery.place
WHERE delivery.log_index = :log_index

-- name: acts
-- The documents by which duties of the calendar are done, to each recipient that did not refuse them.
SELECT event.event_id, event.event_type, event.sender, told_to.text AS recipient, event.clause, event.signed_at
FROM delivery INDEXED BY delivery_by_type
CROSS JOIN event ON event.first_index = delivery.log_index - delivery.place
JOIN word AS told_to ON told_to.code = delivery.recipient
WHERE delivery.event_type IN (SELECT value FROM json_each(:event_types)) AND delivery.signed <= :at
  AND NOT (delivery.outcome = 3 AND delivery.admitted <= :at)
ORDER BY delivery.signed, delivery.log_index

-- name: words
SELECT text FROM word WHERE kind = ? ORDER BY text

-- name: code
SELECT code FROM word WHERE kind = ? AND text = ?

-- name: cases_like
SELECT DISTINCT case_id FROM event INDEXED BY event_by_case WHERE case_id >= :begin AND case_id < :end LIMIT :limit

-- name: cases_before
SELECT DISTINCT case_id FROM event INDEXED BY event_by_case WHERE case_id < :begin ORDER BY case_id DESC LIMIT :limit

-- name: events_like
SELECT DISTINCT event_id FROM event INDEXED BY event_by_id WHERE event_id >= :begin AND event_id < :end LIMIT :limit

-- name: events_before
SELECT DISTINCT event_id FROM event INDEXED BY event_by_id WHERE event_id < :begin ORDER BY event_id DESC LIMIT :limit

-- name: unread
SELECT COUNT(*) FROM unread

-- name: sizes
-- How much the views hold; the cases are counted along their index.
SELECT (SELECT SUM(deliveries) FROM tally) AS deliveries,
       (SELECT COUNT(DISTINCT case_id) FROM event INDEXED BY event_by_case WHERE case_id IS NOT NULL) AS cases

-- name: some_cases
-- Cases from all over the log, for measuring.
SELECT DISTINCT case_id FROM event
WHERE case_id IS NOT NULL AND first_index % MAX(1, (SELECT MAX(first_index) FROM event) / (4 * :number)) < 4
LIMIT :number

-- name: some_events
SELECT event_id FROM event
WHERE first_index % MAX(1, (SELECT MAX(first_index) FROM event) / (4 * :number)) < 4
LIMIT :number
