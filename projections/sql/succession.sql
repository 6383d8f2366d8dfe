-- Statements of what passes to a successor. A row that its heir has already is left as it is.

-- name: pass_debts
UPDATE OR IGNORE obligation SET debtor = :new WHERE debtor = :old AND case_id = :case_id AND settled_at IS NULL

-- name: pass_claims
UPDATE OR IGNORE obligation SET creditor = :new WHERE creditor = :old AND case_id = :case_id AND settled_at IS NULL
