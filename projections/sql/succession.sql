-- Statements of what passes to a successor. A row that its heir has already is left as it is. With an entry pass what is
-- open in its case and what belongs to no case.

-- name: pass_debts
UPDATE OR IGNORE obligation SET debtor = :new
WHERE debtor = :old AND (case_id = :case_id OR case_id IS NULL) AND settled_at IS NULL

-- name: pass_claims
UPDATE OR IGNORE obligation SET creditor = :new
WHERE creditor = :old AND (case_id = :case_id OR case_id IS NULL) AND settled_at IS NULL
