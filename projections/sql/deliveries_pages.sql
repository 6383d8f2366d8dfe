-- What the auditor's pages ask beside the questions of `deliveries_questions.sql`: all pairs at once.

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

-- name: irregular
-- The pairs whose counts are not 1, 2, … each once.
SELECT told_by.text AS sender, told_to.text AS recipient, here, largest
FROM counted JOIN word AS told_by ON told_by.code = sender JOIN word AS told_to ON told_to.code = recipient
WHERE odd > 0
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
