-- Statements of what is owed.

-- name: owe
-- An event makes an obligation once.
INSERT INTO obligation (kind, event_id, debtor, creditor, case_id, clause, owed_since, due)
VALUES (:kind, :event_id, :debtor, :creditor, :case_id, :clause, :owed_since, :due)
ON CONFLICT (event_id, kind, debtor, creditor) DO NOTHING

-- name: settled_before
-- It may be settled already: the record can hold the answer before the question. The earliest settlement counts.
UPDATE obligation SET (settled_at, settled_by, settled_how) =
    (SELECT settled_at, settled_by, settled_how FROM settlement
     WHERE settlement.event_id = :event_id AND settlement.kind = :kind
       AND settlement.debtor IN (:debtor, '') AND settlement.creditor IN (:creditor, '')
     ORDER BY settled_at, settled_by LIMIT 1)
WHERE event_id = :event_id AND kind = :kind AND debtor = :debtor AND creditor = :creditor AND settled_at IS NULL

-- name: keep_settlement
INSERT INTO settlement (event_id, kind, debtor, creditor, settled_at, settled_by, settled_how)
VALUES (:event_id, :kind, :debtor, :creditor, :settled_at, :settled_by, :settled_how)
ON CONFLICT (event_id, kind, debtor, creditor, settled_by) DO NOTHING

-- name: settle
-- The first settlement stands. An empty debtor or creditor stands for any.
UPDATE obligation SET settled_at = :settled_at, settled_by = :settled_by, settled_how = :settled_how
WHERE event_id = :event_id AND kind = :kind AND (:debtor = '' OR debtor = :debtor)
  AND (:creditor = '' OR creditor = :creditor) AND settled_at IS NULL

-- name: correct
-- A refused event is corrected by a new one of its type that names it as its cause and reaches who refused it.
UPDATE obligation SET settled_at = :settled_at, settled_by = :settled_by, settled_how = 'corrected'
WHERE event_id = :cause AND kind = 'correct_refused' AND debtor = :debtor AND creditor = :creditor
  AND settled_at IS NULL
  AND EXISTS (SELECT 1 FROM event WHERE event.event_id = :cause AND event.event_type = :event_type)

-- name: release_refuser
-- Who refused an event owes nothing by it, and is owed nothing by it but its correction.
UPDATE obligation SET settled_at = :settled_at, settled_by = :settled_by, settled_how = 'refused'
WHERE event_id = :event_id AND :recipient IN (debtor, creditor) AND kind <> 'correct_refused' AND settled_at IS NULL

-- part: what_else_settled_it
(settled_at, settled_by, settled_how) =
    (SELECT settled_at, settled_by, settled_how FROM settlement
     WHERE settlement.event_id = obligation.event_id AND settlement.kind = obligation.kind
       AND settlement.debtor IN (obligation.debtor, '') AND settlement.creditor IN (obligation.creditor, '')
     ORDER BY settled_at, settled_by LIMIT 1)

-- name: forget_settlement
DELETE FROM settlement WHERE settled_by = :event_id AND creditor IN ('', :recipient)

-- name: reopen
-- An answer that its creditor refused settles nothing: what it settled is open, unless another settled it too.
UPDATE obligation SET {what_else_settled_it}
WHERE settled_by = :event_id AND creditor = :recipient

-- part: recalled_by_its_own
-- Only its own sender, or who stands in its place, recalls an event; the rules hold that.
EXISTS (SELECT 1 FROM event LEFT JOIN successor ON successor.agency = event.sender
        WHERE event.event_id = :event_id AND :sender IN (event.sender, successor.heir))

-- name: keep_release
-- A recalled event asks nothing any more. Kept for what was answered too: should the answer be recalled as well, nothing
-- is owed again.
INSERT INTO settlement (event_id, kind, debtor, creditor, settled_at, settled_by, settled_how)
SELECT event_id, kind, debtor, creditor, :settled_at, :settled_by, 'recalled' FROM obligation
WHERE event_id = :event_id AND kind <> 'correct_refused'
  AND {recalled_by_its_own}
ON CONFLICT (event_id, kind, debtor, creditor, settled_by) DO NOTHING

-- name: release_recalled
UPDATE obligation SET settled_at = :settled_at, settled_by = :settled_by, settled_how = 'recalled'
WHERE event_id = :event_id AND kind <> 'correct_refused' AND settled_at IS NULL
  AND {recalled_by_its_own}

-- name: forget_recalled
DELETE FROM settlement WHERE settled_by = :event_id
  AND {recalled_by_its_own}

-- name: reopen_recalled
-- A recalled answer settles nothing any more: what it settled is open, unless another settled it too.
UPDATE obligation SET {what_else_settled_it}
WHERE settled_by = :event_id
  AND {recalled_by_its_own}

-- name: state_silence
-- The creditor has stated that the time ran out; the first statement stands.
UPDATE obligation SET overdue_stated_by = :stated_by
WHERE event_id = :request AND debtor = :debtor AND creditor = :creditor AND overdue_stated_by IS NULL

-- name: event_facts
SELECT sender, case_id, clause, signed_at FROM event WHERE event_id = ?

-- name: open_at
-- Open at the moment; what was settled later was still open then.
SELECT * FROM obligation INDEXED BY obligation_open
WHERE settled_at IS NULL AND owed_since <= :now
  AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
  AND (:kind IS NULL OR kind = :kind) AND (:case_id IS NULL OR case_id = :case_id)
UNION ALL
SELECT * FROM obligation
WHERE settled_at > :now AND owed_since <= :now
  AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
  AND (:kind IS NULL OR kind = :kind) AND (:case_id IS NULL OR case_id = :case_id)

-- name: every_at
SELECT * FROM obligation
WHERE owed_since <= :now
  AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
  AND (:kind IS NULL OR kind = :kind) AND (:case_id IS NULL OR case_id = :case_id)

-- name: open_in_case
-- As `open_at`, entered by the case.
SELECT * FROM obligation INDEXED BY obligation_open_in_case
WHERE case_id = :case_id AND settled_at IS NULL AND owed_since <= :now
  AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
  AND (:kind IS NULL OR kind = :kind)
UNION ALL
SELECT * FROM obligation
WHERE settled_at > :now AND owed_since <= :now AND case_id = :case_id
  AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
  AND (:kind IS NULL OR kind = :kind)

-- name: open_page
-- A page of what is open and has a time, soonest first; chosen by the index alone. `:mark_due` and what follows are those
-- of the last row shown.
WITH page AS MATERIALIZED (
    SELECT event_id, kind, debtor, creditor FROM obligation INDEXED BY obligation_open
    WHERE settled_at IS NULL AND due >= :due_from AND due < :due_before
      AND (due > :mark_due OR
           (event_id, kind, debtor, creditor) > (:mark_event, :mark_kind, :mark_debtor, :mark_creditor))
      AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
      AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
    ORDER BY due, event_id, kind, debtor, creditor
    LIMIT :limit
)
SELECT obligation.*, asked.event_type AS asked_type, asked.docnumber AS asked_number, asked.docsymbol AS asked_symbol,
       NULL AS answer_type, NULL AS answer_number, NULL AS answer_symbol
FROM page JOIN obligation USING (event_id, kind, debtor, creditor)
LEFT JOIN event AS asked ON asked.event_id = obligation.event_id
ORDER BY due, event_id, kind, debtor, creditor

-- name: open_without_time_page
-- The same for what has no time, in the order of the key.
WITH page AS MATERIALIZED (
    SELECT event_id, kind, debtor, creditor FROM obligation INDEXED BY obligation_open
    WHERE settled_at IS NULL AND due IS NULL
      AND (event_id, kind, debtor, creditor) > (:mark_event, :mark_kind, :mark_debtor, :mark_creditor)
      AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
      AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
    ORDER BY event_id, kind, debtor, creditor
    LIMIT :limit
)
SELECT obligation.*, asked.event_type AS asked_type, asked.docnumber AS asked_number, asked.docsymbol AS asked_symbol,
       NULL AS answer_type, NULL AS answer_number, NULL AS answer_symbol
FROM page JOIN obligation USING (event_id, kind, debtor, creditor)
LEFT JOIN event AS asked ON asked.event_id = obligation.event_id
ORDER BY event_id, kind, debtor, creditor

-- name: settled_page
-- A page of what is settled, the last settled first; chosen by the index alone.
WITH page AS MATERIALIZED (
    SELECT event_id, kind, debtor, creditor FROM obligation INDEXED BY obligation_settled
    WHERE settled_at IS NOT NULL AND settled_at <= :mark_due
      AND (settled_at < :mark_due OR
           (event_id, kind, debtor, creditor) < (:mark_event, :mark_kind, :mark_debtor, :mark_creditor))
      AND (:debtor IS NULL OR debtor = :debtor) AND (:creditor IS NULL OR creditor = :creditor)
      AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
    ORDER BY settled_at DESC, event_id DESC, kind DESC, debtor DESC, creditor DESC
    LIMIT :limit
)
SELECT obligation.*, asked.event_type AS asked_type, asked.docnumber AS asked_number, asked.docsymbol AS asked_symbol,
       answer.event_type AS answer_type, answer.docnumber AS answer_number, answer.docsymbol AS answer_symbol
FROM page JOIN obligation USING (event_id, kind, debtor, creditor)
LEFT JOIN event AS asked ON asked.event_id = obligation.event_id
LEFT JOIN event AS answer ON answer.event_id = obligation.settled_by
ORDER BY obligation.settled_at DESC, event_id DESC, kind DESC, debtor DESC, creditor DESC

-- name: count_open
-- How many are open, by the index alone, counted up to `:upto`: on a page of work "a thousand or more" says enough.
SELECT COUNT(*) AS things FROM (
    SELECT 1 FROM obligation INDEXED BY obligation_open
    WHERE settled_at IS NULL AND (:debtor IS NULL OR debtor = :debtor)
      AND (:creditor IS NULL OR (creditor = :creditor AND debtor <> :creditor))
      AND (:due_from IS NULL OR due >= :due_from OR (due IS NULL AND :due_before IS NULL))
      AND (:due_before IS NULL OR due < :due_before)
      AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))
    LIMIT :upto
)
