-- Statements of what passes to a successor. With an entry pass what is open in its case and what belongs to no case.

-- name: note_heir
-- Who stands in whose place; the one who stands in for a successor that is gone too is named last.
INSERT INTO successor (agency, heir) VALUES (:old, :new)
ON CONFLICT (agency) DO UPDATE SET heir = excluded.heir

-- name: pass_debts
UPDATE OR IGNORE obligation SET debtor = :new
WHERE debtor = :old AND (case_id = :case_id OR case_id IS NULL) AND settled_at IS NULL

-- name: pass_claims
UPDATE OR IGNORE obligation SET creditor = :new
WHERE creditor = :old AND (case_id = :case_id OR case_id IS NULL) AND settled_at IS NULL

-- name: settle_merged
-- What an agency would owe itself is nothing any more. A row that could not pass, since the successor has the same under
-- its own name, is owed once: by that one.
UPDATE obligation SET settled_at = :at, settled_by = NULL, settled_how = 'merged'
WHERE settled_at IS NULL AND (case_id = :case_id OR case_id IS NULL)
  AND ((debtor IN (:old, :new) AND creditor IN (:old, :new)) OR :old IN (debtor, creditor))
