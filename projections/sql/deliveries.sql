-- Statements of the fold over the auditor's ledger.

-- name: reach
INSERT INTO reached (one, first_index, digest, events, documents, stored_until, signed_until)
VALUES (1, :first_index, :digest, :events, :documents, :stored_until, :signed_until)
ON CONFLICT (one) DO UPDATE
SET first_index = excluded.first_index, digest = excluded.digest, events = events + excluded.events,
    documents = documents + excluded.documents,
    -- MAX() of two values is null if one of them is.
    stored_until = COALESCE(MAX(stored_until, excluded.stored_until), stored_until, excluded.stored_until),
    signed_until = MAX(signed_until, excluded.signed_until)

-- name: reached
SELECT first_index, digest, events, documents, stored_until, signed_until FROM reached

-- name: words
SELECT code, kind, text FROM word

-- name: insert_word
INSERT INTO word (kind, text) VALUES (?, ?)

-- name: insert_event
INSERT INTO event (first_index, recipients, event_id, digest, event_type, sender, role, case_id, clause, cause, basis,
                   docnumber, docsymbol, signed_at, due, stored_at, stream_sequence)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: insert_delivery
INSERT INTO delivery (log_index, place, sender, recipient, event_type, clause, signed, pair_count)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- name: tally
INSERT INTO tally (sender, recipient, event_type, clause, stretch, deliveries) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET deliveries = deliveries + excluded.deliveries

-- name: counted_of
SELECT here, largest, upto, odd FROM counted WHERE sender = ? AND recipient = ?

-- name: counted
INSERT INTO counted (sender, recipient, here, largest, upto, odd) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE
SET here = excluded.here, largest = excluded.largest, upto = excluded.upto, odd = excluded.odd

-- name: note_odd
INSERT INTO odd_count (sender, recipient, pair_count, times) VALUES (?, ?, ?, 1)
ON CONFLICT DO UPDATE SET times = times + 1

-- name: take_odd
-- The hole before it is filled: one of those that stand here takes its place in the row.
UPDATE odd_count SET times = times - 1 WHERE sender = ? AND recipient = ? AND pair_count = ? RETURNING times

-- name: drop_odd
DELETE FROM odd_count WHERE sender = ? AND recipient = ? AND pair_count = ? AND times = 0

-- name: events_of_id
SELECT first_index, recipients, sender, event_type FROM event WHERE event_id = ? ORDER BY first_index

-- name: delivery_of_digest
-- By the pair's count, then by the digest: one count may have been signed for two documents.
SELECT delivery.log_index FROM delivery JOIN event ON event.first_index = delivery.log_index - delivery.place
WHERE delivery.sender = ? AND delivery.recipient = ? AND delivery.pair_count = ? AND event.digest = ?

-- name: delivery_of_event
-- For a refusal without a count.
SELECT delivery.log_index FROM event JOIN delivery
  ON delivery.log_index BETWEEN event.first_index AND event.first_index + event.recipients - 1
WHERE event.event_id = ? AND event.digest = ? AND delivery.sender = ? AND delivery.recipient = ?

-- name: insert_receipt
INSERT INTO receipt (log_index, event_id, recipient, signed_at) VALUES (?, ?, ?, ?)

-- name: receipt_entry
-- The first receipt that says what became of a delivery stands: a repeat changes nothing.
UPDATE delivery
SET outcome = :outcome, admitted = :admitted, incoming_number = :incoming_number,
    receipt = COALESCE(receipt, :receipt), receipted = COALESCE(receipted, :receipted)
WHERE log_index = :log_index AND admitted IS NULL

-- name: refused_count
-- A count listed as refused without an entry of its own.
UPDATE delivery SET outcome = 3, admitted = COALESCE(admitted, :receipted)
WHERE sender = :sender AND recipient = :recipient AND pair_count = :pair_count AND outcome < 2
RETURNING log_index

-- name: cover_up_to
-- The receipt is cumulative: it says of older counts that they arrived, and nothing more.
UPDATE delivery INDEXED BY delivery_awaiting
SET outcome = MAX(outcome, 1), receipt = :receipt, receipted = :receipted
WHERE sender = :sender AND recipient = :recipient AND pair_count <= :upto_count AND receipt IS NULL

-- name: receipted_up_to
INSERT INTO receipted_pair (sender, recipient, upto_count, receipt, receipted)
VALUES (:sender, :recipient, :upto_count, :receipt, :receipted)
ON CONFLICT (sender, recipient) DO UPDATE
SET upto_count = excluded.upto_count, receipt = excluded.receipt, receipted = excluded.receipted
WHERE excluded.upto_count > upto_count

-- name: receipted_pairs
SELECT sender, recipient, upto_count, receipt, receipted FROM receipted_pair

-- name: cover_one
UPDATE delivery SET outcome = MAX(outcome, 1), receipt = ?, receipted = ? WHERE log_index = ? AND receipt IS NULL

-- name: insert_refusal
INSERT INTO refusal (log_index, check_number, reason, clause, explanation, stated_in)
VALUES (:log_index, :check_number, :reason, :clause, :explanation, :stated_in)
ON CONFLICT (log_index) DO NOTHING

-- name: refuse
UPDATE delivery SET outcome = 3, admitted = COALESCE(admitted, :stated) WHERE log_index = :log_index AND outcome < 2

-- name: early_receipt
INSERT INTO early_receipt (sender, recipient, digest, pair_count, outcome, admitted, incoming_number, receipt, receipted)
VALUES (:sender, :recipient, :digest, :pair_count, :outcome, :admitted, :incoming_number, :receipt, :receipted)
ON CONFLICT DO NOTHING

-- name: early_refusal
INSERT INTO early_refusal (sender, recipient, digest, counted, check_number, reason, clause, explanation, stated_in,
                           stated)
VALUES (:sender, :recipient, :digest, :counted, :check_number, :reason, :clause, :explanation, :stated_in, :stated)
ON CONFLICT DO NOTHING

-- name: take_early_receipt
DELETE FROM early_receipt WHERE sender = ? AND recipient = ? AND digest = ? AND pair_count = ?
RETURNING outcome, admitted, incoming_number, receipt, receipted

-- name: take_early_refusal
DELETE FROM early_refusal WHERE sender = ? AND recipient = ? AND digest = ?
RETURNING counted, check_number, reason, clause, explanation, stated_in, stated

-- name: anything_early
SELECT EXISTS (SELECT 1 FROM early_receipt) OR EXISTS (SELECT 1 FROM early_refusal), EXISTS (SELECT 1 FROM early_word)

-- name: insert_request
INSERT INTO request (log_index, due) VALUES (?, ?)

-- name: insert_answer
INSERT INTO answer (log_index, request, for_all) VALUES (?, ?, ?)

-- name: settle
-- The earliest answer that stands, for each of those who were asked by the document: their own to whoever asked, or
-- one that settles it for all, by somebody who was asked or by whoever asked. Who asked may refuse an answer.
UPDATE request
SET (answered, answer) =
    (SELECT reply.signed, reply.log_index
     FROM answer JOIN delivery AS reply ON reply.log_index = answer.log_index
     JOIN delivery AS asked ON asked.log_index = request.log_index
     WHERE answer.request = :request AND NOT answer.recalled AND reply.outcome <> 3
       AND ((reply.sender = asked.recipient AND reply.recipient = asked.sender)
            OR (answer.for_all AND
                (reply.sender = asked.sender OR EXISTS
                 (SELECT 1 FROM delivery AS told
                  WHERE told.log_index BETWEEN :request AND :request + :recipients - 1
                    AND told.recipient = reply.sender))))
     ORDER BY reply.signed, reply.log_index LIMIT 1)
WHERE log_index BETWEEN :request AND :request + :recipients - 1

-- name: answered_by
SELECT request FROM answer WHERE log_index = ?

-- name: recall_answer
UPDATE answer SET recalled = 1 WHERE log_index BETWEEN :event AND :event + :recipients - 1 RETURNING request

-- name: recipients_of
SELECT recipients FROM event WHERE first_index = ?

-- name: withdraw
UPDATE request SET withdrawn = MIN(:signed, COALESCE(withdrawn, :signed))
WHERE log_index BETWEEN :event AND :event + :recipients - 1

-- name: state_silence
UPDATE request SET stated = MIN(:signed, COALESCE(stated, :signed))
WHERE log_index BETWEEN :event AND :event + :recipients - 1

-- name: early_word
INSERT INTO early_word (cause, first_index) VALUES (?, ?)

-- name: take_early_words
DELETE FROM early_word WHERE cause = ? RETURNING first_index

-- name: word_again
SELECT first_index, recipients, event_type, sender, signed_at FROM event WHERE first_index = ?

-- name: insert_unread
INSERT INTO unread (log_index, event_id, event_type, problem) VALUES (?, ?, ?, ?)
