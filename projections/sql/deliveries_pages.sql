-- What the auditor's pages ask beside the questions of `deliveries_questions.sql`: newest first, and all pairs at once.

-- name: newest
-- Indexes of the deliveries wanted, newest first. A filter is off when null.
SELECT log_index FROM delivery NOT INDEXED
WHERE (:before IS NULL OR log_index < :before)
  AND (:sender IS NULL OR sender = :sender)
  AND (:recipient IS NULL OR recipient = :recipient)
  AND (:event_type IS NULL OR event_type = :event_type)
  AND (:clause IS NULL OR clause = :clause)
  AND (:signed_from IS NULL OR signed >= :signed_from)
  AND (:signed_until IS NULL OR signed < :signed_until)
  AND (:admitted_from IS NULL OR (outcome = 2 AND admitted >= :admitted_from))
  AND (:admitted_until IS NULL OR (outcome = 2 AND admitted < :admitted_until))
ORDER BY log_index DESC LIMIT :limit

-- name: newest_of_type
-- The same, entered by the index on types, whose rows stand in the order of the log.
SELECT log_index FROM delivery INDEXED BY delivery_by_type
WHERE (:before IS NULL OR log_index < :before)
  AND (:sender IS NULL OR sender = :sender)
  AND (:recipient IS NULL OR recipient = :recipient)
  AND event_type = :event_type
  AND (:clause IS NULL OR clause = :clause)
  AND (:signed_from IS NULL OR signed >= :signed_from)
  AND (:signed_until IS NULL OR signed < :signed_until)
  AND (:admitted_from IS NULL OR (outcome = 2 AND admitted >= :admitted_from))
  AND (:admitted_until IS NULL OR (outcome = 2 AND admitted < :admitted_until))
ORDER BY log_index DESC LIMIT :limit

-- name: newest_of_case
-- The same, entered by the index on cases.
SELECT delivery.log_index FROM event INDEXED BY event_by_case CROSS JOIN delivery
  ON delivery.log_index BETWEEN first_index AND first_index + recipients - 1
WHERE case_id = :case_id AND (:before IS NULL OR delivery.log_index < :before)
  AND (:sender IS NULL OR delivery.sender = :sender)
  AND (:recipient IS NULL OR delivery.recipient = :recipient)
  AND (:event_type IS NULL OR delivery.event_type = :event_type)
  AND (:clause IS NULL OR delivery.clause = :clause)
  AND (:signed_from IS NULL OR signed >= :signed_from)
  AND (:signed_until IS NULL OR signed < :signed_until)
  AND (:admitted_from IS NULL OR (outcome = 2 AND admitted >= :admitted_from))
  AND (:admitted_until IS NULL OR (outcome = 2 AND admitted < :admitted_until))
ORDER BY delivery.log_index DESC LIMIT :limit

-- name: traffic
-- Who told whom how much, as the fold has tallied it; what was refused and what awaits a receipt stands in small tables.
SELECT told_by.text AS sender, told_to.text AS recipient, pair.deliveries, COALESCE(refused.deliveries, 0) AS refused,
       COALESCE(awaiting.deliveries, 0) AS unreceipted
FROM (SELECT sender, recipient, SUM(deliveries) AS deliveries FROM tally GROUP BY sender, recipient) AS pair
LEFT JOIN (SELECT sender, recipient, COUNT(*) AS deliveries
           FROM refusal CROSS JOIN delivery ON delivery.log_index = refusal.log_index
           WHERE outcome = 3 GROUP BY sender, recipient) AS refused USING (sender, recipient)
LEFT JOIN (SELECT sender, recipient, COUNT(*) AS deliveries FROM delivery INDEXED BY delivery_awaiting
           WHERE receipt IS NULL GROUP BY sender, recipient) AS awaiting USING (sender, recipient)
JOIN word AS told_by ON told_by.code = pair.sender JOIN word AS told_to ON told_to.code = pair.recipient
ORDER BY pair.deliveries DESC, told_by.text, told_to.text

-- name: counted
-- Of each pair how many counts are here and what they add up to: other than 1, 2, … up to the largest shows a hole or a
-- count that stands twice. Along the pairs' index, without the rows.
SELECT told_by.text AS sender, told_to.text AS recipient, pair.here, pair.largest, pair.total, pair.squares
FROM (SELECT sender, recipient, COUNT(*) AS here, MAX(pair_count) AS largest, SUM(pair_count) AS total,
             SUM(pair_count * pair_count) AS squares
      FROM delivery INDEXED BY delivery_by_pair GROUP BY sender, recipient) AS pair
JOIN word AS told_by ON told_by.code = pair.sender JOIN word AS told_to ON told_to.code = pair.recipient
ORDER BY told_by.text, told_to.text

-- name: holes
-- The counts of one pair that are not here, as ranges.
SELECT before + 1 AS first, pair_count - 1 AS last
FROM (SELECT pair_count, LAG(pair_count, 1, 0) OVER (ORDER BY pair_count) AS before
      FROM delivery INDEXED BY delivery_by_pair WHERE sender = :sender AND recipient = :recipient)
WHERE pair_count > before + 1
ORDER BY first LIMIT :limit

-- name: doubled
-- The counts of one pair that stand here more than once.
SELECT pair_count FROM delivery INDEXED BY delivery_by_pair WHERE sender = :sender AND recipient = :recipient
GROUP BY pair_count HAVING COUNT(*) > 1
ORDER BY pair_count LIMIT :limit

-- name: in_pair
-- The documents under a count of a pair; more than one only where somebody signed a count twice.
SELECT log_index - place AS first_index FROM delivery INDEXED BY delivery_by_pair
WHERE sender = :sender AND recipient = :recipient AND pair_count = :count
ORDER BY log_index LIMIT :limit
