-- The schema of the auditor's views; `projections.deliveries_store` has its version. All of it is a fold over the
-- ledger in the order of the log, and may be deleted.
--
-- Questions over all deliveries read `delivery` from end to end. So its rows hold numbers alone: words by their code,
-- instants as milliseconds since 1970 in UTC. What is shown of a row stands in `event`, as text as it travelled.

-- How far the ledger was folded: the last event, by which a ledger that is another one is known.
CREATE TABLE reached (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    first_index  INTEGER NOT NULL,
    digest       TEXT NOT NULL,
    events       INTEGER NOT NULL,   -- how many were folded
    documents    INTEGER NOT NULL,   -- how many of them are documents
    stored_until TEXT,               -- the latest instant at which the broker stored one of them
    signed_until TEXT NOT NULL       -- the latest instant at which one of them was signed
);

-- Agencies, event types and clauses as they stand in envelopes.
CREATE TABLE word (
    code INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('agency', 'event_type', 'clause')),
    text TEXT NOT NULL,
    UNIQUE (kind, text)
);

-- Every document of the log, by the index of its first entry.
CREATE TABLE event (
    first_index     INTEGER PRIMARY KEY,
    recipients      INTEGER NOT NULL,   -- how many: its entries are first_index … first_index + recipients - 1
    event_id        TEXT NOT NULL,      -- stands twice where somebody used an id twice
    digest          TEXT NOT NULL,      -- of the envelope, base64url
    event_type      TEXT NOT NULL,
    sender          TEXT NOT NULL,
    role            TEXT NOT NULL,
    case_id         TEXT,
    clause          TEXT,
    cause           TEXT,
    basis           TEXT,
    docnumber       TEXT NOT NULL,
    docsymbol       TEXT NOT NULL,
    signed_at       TEXT NOT NULL,
    due             TEXT,
    stored_at       TEXT,               -- by the broker, the auditor's copy
    stream_sequence INTEGER
);
CREATE INDEX event_by_id ON event (event_id);
CREATE INDEX event_by_case ON event (case_id) WHERE case_id IS NOT NULL;

-- Who was told: a row for each document and recipient, by the index of its entry in the log. Its event is
-- log_index - place. outcome: 0 nothing is known, 1 arrived (a cumulative receipt covers it and says no more),
-- 2 admitted, 3 refused. admitted: when the recipient says it did either; of a refusal that tells no moment, when the
-- recipient signed it.
CREATE TABLE delivery (
    log_index       INTEGER PRIMARY KEY,
    place           INTEGER NOT NULL,
    sender          INTEGER NOT NULL,
    recipient       INTEGER NOT NULL,
    event_type      INTEGER NOT NULL,
    clause          INTEGER,
    signed          INTEGER NOT NULL,
    outcome         INTEGER NOT NULL DEFAULT 0,
    admitted        INTEGER,
    pair_count      INTEGER NOT NULL,
    incoming_number INTEGER,
    receipt         INTEGER,            -- the log index of the EventReceived that covers it
    receipted       INTEGER             -- when that was signed
);
CREATE INDEX delivery_by_pair ON delivery (sender, recipient, pair_count);
CREATE INDEX delivery_by_type ON delivery (event_type);
-- Small as long as receipts come: only what awaits one.
CREATE INDEX delivery_awaiting ON delivery (sender, recipient, pair_count) WHERE receipt IS NULL;

-- How many deliveries of each kind there are in each stretch of 4096 entries of the log (log_index / 4096), so that a
-- question can say so without looking at them, and looks only where some are. clause: -1 for none.
CREATE TABLE tally (
    sender     INTEGER NOT NULL,
    recipient  INTEGER NOT NULL,
    event_type INTEGER NOT NULL,
    clause     INTEGER NOT NULL,
    stretch    INTEGER NOT NULL,
    deliveries INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient, event_type, clause, stretch)
) WITHOUT ROWID;

-- When the deliveries of a stretch were signed, admitted or refused, and receipted: the first and the last of each.
CREATE TABLE stretch (
    stretch        INTEGER PRIMARY KEY,
    signed_first   INTEGER NOT NULL,
    signed_last    INTEGER NOT NULL,
    admitted_first INTEGER,
    admitted_last  INTEGER,
    receipted_last INTEGER
);

CREATE TRIGGER delivery_signed AFTER INSERT ON delivery BEGIN
    INSERT INTO stretch (stretch, signed_first, signed_last) VALUES (NEW.log_index / 4096, NEW.signed, NEW.signed)
    ON CONFLICT (stretch) DO UPDATE
    SET signed_first = MIN(signed_first, excluded.signed_first), signed_last = MAX(signed_last, excluded.signed_last)
    WHERE excluded.signed_first < signed_first OR excluded.signed_last > signed_last;
END;

CREATE TRIGGER delivery_receipted AFTER UPDATE OF admitted, receipted ON delivery BEGIN
    UPDATE stretch
    SET admitted_first = COALESCE(MIN(admitted_first, NEW.admitted), admitted_first, NEW.admitted),
        admitted_last = COALESCE(MAX(admitted_last, NEW.admitted), admitted_last, NEW.admitted),
        receipted_last = COALESCE(MAX(receipted_last, NEW.receipted), receipted_last, NEW.receipted)
    WHERE stretch = NEW.log_index / 4096;
END;

-- Of each pair how many counts are here, the largest, and up to which all are here (upto); odd: how many stand behind a
-- hole or a second time. Where that is none the counts are 1, 2, … each once.
CREATE TABLE counted (
    sender    INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    here      INTEGER NOT NULL,
    largest   INTEGER NOT NULL,
    upto      INTEGER NOT NULL,
    odd       INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient)
) WITHOUT ROWID;

-- The counts that stand behind a hole, until it is filled, and those that stand here before. times: how often.
CREATE TABLE odd_count (
    sender     INTEGER NOT NULL,
    recipient  INTEGER NOT NULL,
    pair_count INTEGER NOT NULL,
    times      INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient, pair_count)
) WITHOUT ROWID;

-- Why a delivery was refused, as its recipient says; a reason without a count leaves the outcome open.
CREATE TABLE refusal (
    log_index    INTEGER PRIMARY KEY,   -- of the delivery
    check_number INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    clause       TEXT,
    explanation  TEXT NOT NULL,
    stated_in    INTEGER NOT NULL       -- the log index of the EventRefused
);

-- Every receipt of the log.
CREATE TABLE receipt (
    log_index  INTEGER PRIMARY KEY,
    event_id   TEXT NOT NULL,
    recipient  TEXT NOT NULL,           -- who gives it
    signed_at  TEXT NOT NULL
);

-- Up to which count a recipient has receipted a sender's documents, and in which receipt.
CREATE TABLE receipted_pair (
    sender     INTEGER NOT NULL,
    recipient  INTEGER NOT NULL,
    upto_count INTEGER NOT NULL,
    receipt    INTEGER NOT NULL,
    receipted  INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient)
) WITHOUT ROWID;

-- What was said of a document that stands later in the log: by a receipt, or by a refusal. Emptied as they come.
CREATE TABLE early_receipt (
    sender INTEGER NOT NULL, recipient INTEGER NOT NULL, digest TEXT NOT NULL,
    pair_count INTEGER NOT NULL, outcome INTEGER NOT NULL, admitted INTEGER NOT NULL, incoming_number INTEGER,
    receipt INTEGER NOT NULL, receipted INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient, digest)
) WITHOUT ROWID;
CREATE TABLE early_refusal (
    sender INTEGER NOT NULL, recipient INTEGER NOT NULL, digest TEXT NOT NULL, counted INTEGER NOT NULL,
    check_number INTEGER NOT NULL, reason TEXT NOT NULL, clause TEXT, explanation TEXT NOT NULL,
    stated_in INTEGER NOT NULL, stated INTEGER NOT NULL,
    PRIMARY KEY (sender, recipient, digest)
) WITHOUT ROWID;

-- The deliveries that ask their recipient for something (`projections.deliveries_asking`), and the first answer.
CREATE TABLE request (
    log_index INTEGER PRIMARY KEY,      -- of the delivery
    due       INTEGER,
    answered  INTEGER,                  -- when the answer was signed
    answer    INTEGER,                  -- the log index of the answer's delivery
    withdrawn INTEGER,                  -- when its sender recalled it
    stated    INTEGER                   -- when its sender stated that nothing had come (ReplyOverdue)
);
CREATE INDEX request_open ON request (due) WHERE answered IS NULL AND withdrawn IS NULL;

-- The deliveries that answer a request, by the first index of the request's document. for_all: settles it for everybody
-- who was asked. recalled: its sender took it back.
CREATE TABLE answer (
    log_index INTEGER NOT NULL,         -- of the answer's delivery
    request   INTEGER NOT NULL,
    for_all   INTEGER NOT NULL,
    recalled  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (log_index, request)
) WITHOUT ROWID;
CREATE INDEX answer_by_request ON answer (request);

-- Documents that answer, recall or state something about one that stands later in the log. Emptied as they come.
CREATE TABLE early_word (
    cause       TEXT NOT NULL,
    first_index INTEGER NOT NULL,
    PRIMARY KEY (cause, first_index)
) WITHOUT ROWID;

-- Receipts and refusals of the log whose content this program cannot read, and why.
CREATE TABLE unread (
    log_index  INTEGER PRIMARY KEY,
    event_id   TEXT NOT NULL,
    event_type TEXT NOT NULL,
    problem    TEXT NOT NULL
);

-- A delivery as it is shown, all of it as text.
CREATE VIEW told AS
SELECT delivery.log_index, event.first_index, event.event_id, event.digest, event.event_type, event.sender, role,
       told_to.text AS recipient, case_id, event.clause, cause, basis, docnumber, docsymbol, event.due,
       event.signed_at, stored_at, stream_sequence, pair_count,
       CASE outcome WHEN 0 THEN 'pending' WHEN 1 THEN 'arrived' WHEN 2 THEN 'admitted' ELSE 'refused' END AS outcome,
       strftime('%Y-%m-%dT%H:%M:%fZ', admitted / 1000.0, 'unixepoch') AS admitted_at, incoming_number,
       receipt.event_id AS receipt_id, receipt.signed_at AS receipted_at, refusal.check_number AS refusal_check,
       refusal.reason AS refusal_reason, refusal.clause AS refusal_clause, refusal.explanation AS refusal_explanation
FROM delivery JOIN event ON event.first_index = delivery.log_index - delivery.place
JOIN word AS told_to ON told_to.code = delivery.recipient
LEFT JOIN receipt ON receipt.log_index = delivery.receipt
LEFT JOIN refusal ON refusal.log_index = delivery.log_index;
