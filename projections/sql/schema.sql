-- The schema of an agency's views; `projections.store` has its version. All of it is a fold and may be deleted.
--
-- Instants are text as on the wire (UTC, milliseconds), so text order is time order. Events are keyed by their
-- position in the record, which only grows: inserts go to the end of the tree however many rows there are.

-- Every document event this agency holds: the ledger's left side, the cases' timelines and the inbox.
CREATE TABLE event (
    position     INTEGER PRIMARY KEY,
    event_id     TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('sent', 'admitted', 'refused', 'inherited')),
    event_type   TEXT NOT NULL,
    sender       TEXT NOT NULL,
    role         TEXT NOT NULL,      -- in which the sender acted
    case_id      TEXT,
    clause       TEXT,
    cause        TEXT,
    docnumber    TEXT NOT NULL,
    docsymbol    TEXT NOT NULL,
    signed_at    TEXT NOT NULL,      -- the envelope's time
    due          TEXT,
    recorded_at  TEXT NOT NULL
);
CREATE UNIQUE INDEX event_by_id ON event (event_id);
CREATE INDEX event_by_case ON event (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX event_refused ON event (position) WHERE kind = 'refused';
CREATE INDEX event_sent ON event (position) WHERE kind = 'sent';
CREATE INDEX event_inherited ON event (position) WHERE kind = 'inherited';

-- Who was told: one row for each event and recipient.
CREATE TABLE disclosure (
    position            INTEGER NOT NULL REFERENCES event,
    recipient           TEXT NOT NULL,
    sender              TEXT NOT NULL,
    pair_count          INTEGER NOT NULL,   -- the sender's running count to this recipient
    outcome             TEXT NOT NULL CHECK (outcome IN ('pending', 'admitted', 'refused', 'elsewhere')),
    stored_at           TEXT,               -- by the broker
    stream_sequence     INTEGER,
    admitted_at         TEXT,
    incoming_number     INTEGER,
    directory_version   INTEGER,
    late                INTEGER NOT NULL DEFAULT 0,
    receipt_id          TEXT,               -- the EventReceived that covers it
    refusal_check       INTEGER,
    refusal_reason      TEXT,
    refusal_clause      TEXT,
    refusal_explanation TEXT,
    PRIMARY KEY (position, recipient)
) WITHOUT ROWID;
CREATE INDEX disclosure_by_pair ON disclosure (sender, recipient, pair_count);
-- Small as long as receipts come: only what awaits one.
CREATE INDEX disclosure_awaiting ON disclosure (sender, recipient, pair_count)
    WHERE receipt_id IS NULL AND outcome <> 'elsewhere';
-- What is known of nothing, or by others alone: the rest is counted by taking these away.
CREATE INDEX disclosure_unsaid ON disclosure (outcome) WHERE outcome IN ('pending', 'elsewhere');
CREATE INDEX disclosure_refused ON disclosure (sender, position) WHERE outcome = 'refused';

-- What a recipient said of an own event that this record does not hold yet (a store that came back from an old
-- backup hears receipts before it has fetched its own events again). Emptied as the events arrive.
CREATE TABLE early_receipt (
    recipient           TEXT NOT NULL,
    event_id            TEXT NOT NULL,
    outcome             TEXT NOT NULL,
    stored_at           TEXT,
    stream_sequence     INTEGER,
    admitted_at         TEXT,
    incoming_number     INTEGER,
    directory_version   INTEGER,
    late                INTEGER NOT NULL DEFAULT 0,
    receipt_id          TEXT,
    refusal_check       INTEGER,
    refusal_reason      TEXT,
    refusal_clause      TEXT,
    refusal_explanation TEXT,
    PRIMARY KEY (event_id, recipient)
) WITHOUT ROWID;

-- What is owed by whom to whom. Whether it is overdue is not stored: it depends on the moment that is asked about.
CREATE TABLE obligation (
    kind        TEXT NOT NULL,
    event_id    TEXT NOT NULL,      -- the event that made it
    debtor      TEXT NOT NULL,
    creditor    TEXT NOT NULL,
    case_id     TEXT,
    clause      TEXT,
    owed_since  TEXT NOT NULL,
    due         TEXT,
    settled_at  TEXT,
    settled_by  TEXT,               -- the event that settled it
    settled_how TEXT,
    overdue_stated_by TEXT,         -- the creditor's ReplyOverdue
    PRIMARY KEY (event_id, kind, debtor, creditor)
) WITHOUT ROWID;
-- With the key's columns it holds all that a page's rows are chosen by; SQLite wants the column of the condition too.
CREATE INDEX obligation_open ON obligation (settled_at, due) WHERE settled_at IS NULL;
CREATE INDEX obligation_open_in_case ON obligation (case_id) WHERE case_id IS NOT NULL AND settled_at IS NULL;
CREATE INDEX obligation_settled ON obligation (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX obligation_settled_by ON obligation (settled_by) WHERE settled_by IS NOT NULL;

-- What settles, kept by itself so that it does not matter which of the two the record holds first, nor whether the one
-- that counted is recalled or refused while another stands.
-- An empty debtor or creditor stands for any.
CREATE TABLE settlement (
    event_id    TEXT NOT NULL,
    kind        TEXT NOT NULL,
    debtor      TEXT NOT NULL,
    creditor    TEXT NOT NULL,
    settled_at  TEXT NOT NULL,
    settled_by  TEXT NOT NULL,
    settled_how TEXT NOT NULL,
    PRIMARY KEY (event_id, kind, debtor, creditor, settled_by)
) WITHOUT ROWID;
CREATE INDEX settlement_by ON settlement (settled_by);

-- In whose place another agency stands, as the entries have said so far.
CREATE TABLE successor (
    agency TEXT PRIMARY KEY,
    heir   TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX successor_by_heir ON successor (heir);

-- What reports count, an event a row: the few types whose numbers they ask for. `detail` is a case's outcome or a ground
-- to withhold, `about` the event that it names, `ends_at` a suspension's own end, `amount_dong` a decision's fines.
CREATE TABLE figure_fact (
    position    INTEGER PRIMARY KEY REFERENCES event,
    event_id    TEXT NOT NULL,
    event_type  TEXT NOT NULL,
    kind        TEXT NOT NULL,           -- sent, admitted or inherited
    sender      TEXT NOT NULL,
    signed_at   TEXT NOT NULL,
    case_id     TEXT,
    category    TEXT,
    detail      TEXT,
    about       TEXT,
    ends_at     TEXT,
    amount_dong INTEGER,
    things      INTEGER NOT NULL         -- how many the event states at once
);
CREATE INDEX figure_fact_by_time ON figure_fact (signed_at);
CREATE INDEX figure_fact_by_id ON figure_fact (event_id);
CREATE INDEX figure_fact_about ON figure_fact (about) WHERE about IS NOT NULL;

-- How a case stood from an event on, as this agency saw it: so that a report can say how it stood at a period's end.
CREATE TABLE case_moment (
    case_id  TEXT NOT NULL,
    position INTEGER NOT NULL,
    at       TEXT NOT NULL,          -- the event's signed time
    status   TEXT NOT NULL,
    since    TEXT NOT NULL,          -- of the status
    lead     TEXT,
    led_before TEXT,                 -- the agency from which the lead's place passed to it
    category TEXT,
    PRIMARY KEY (case_id, position)
) WITHOUT ROWID;

-- Acts that settle a duty of the calendar: reports, consolidated reports, meetings, focal points.
CREATE TABLE calendar_act (
    position     INTEGER PRIMARY KEY REFERENCES event,
    event_type   TEXT NOT NULL,
    sender       TEXT NOT NULL,
    meeting_kind TEXT,
    period_kind  TEXT,
    first_day    TEXT,
    last_day     TEXT,
    counted_until TEXT               -- of a report, the end of its counting
);
CREATE INDEX calendar_act_by_sender ON calendar_act (event_type, sender);

-- Designations of focal points as they were told: what replaces what is found when it is asked, no row is changed.
CREATE TABLE focal_point (
    position         INTEGER PRIMARY KEY REFERENCES event,
    agency           TEXT NOT NULL,
    unit             TEXT,
    officer          TEXT,
    officer_position TEXT,
    phone            TEXT,
    email            TEXT,
    fields           TEXT NOT NULL,  -- separated by one blank
    since            TEXT NOT NULL,
    replaces         TEXT,           -- the event of an earlier designation
    note             TEXT
);
CREATE INDEX focal_point_by_agency ON focal_point (agency, since);

-- The cases. The columns are for lists; `head` and the parts together are the state that `events.case` folds, so the
-- view and the rules can never mean two things by "the lead". A null head: nothing but the case's name is known.
CREATE TABLE case_file (
    case_id      TEXT PRIMARY KEY,
    first_at     TEXT NOT NULL,      -- signed time of the first event held of it
    status       TEXT NOT NULL,
    status_since TEXT NOT NULL,
    category     TEXT,
    title        TEXT,
    lead         TEXT,
    opened_at    TEXT,
    head         TEXT,
    last_position INTEGER NOT NULL,  -- of the newest event held of it
    search       TEXT NOT NULL DEFAULT '' -- the title without case and accents, as it is searched for
) WITHOUT ROWID;
-- The list of cases reads nothing else until it knows which rows it shows.
CREATE INDEX case_by_last ON case_file (last_position, status, lead, category, search);

-- The state's collections, a row a member: an event rewrites only what it changes, however much is open.
CREATE TABLE case_part (
    case_id TEXT NOT NULL,
    part    TEXT NOT NULL,           -- a member of the state: openings, parties, requests, …
    member  TEXT NOT NULL,           -- an event's or agency's id
    value   TEXT NOT NULL,           -- canonical JSON
    PRIMARY KEY (case_id, part, member)
) WITHOUT ROWID;
-- The suspensions of all cases, by when they end by themselves.
CREATE INDEX case_part_suspension ON case_part (COALESCE(json_extract(value, '$.ends_at'), '9999'), case_id, member)
    WHERE part = 'suspensions';

-- Messages that are not (yet) events of the record: parked until an earlier one comes, or in quarantine.
CREATE TABLE held_message (
    digest      TEXT PRIMARY KEY,
    state       TEXT NOT NULL CHECK (state IN ('parked', 'quarantined', 'resolved')),
    held_since  TEXT NOT NULL,
    sender      TEXT,
    event_type  TEXT,
    event_id    TEXT,
    reason      TEXT,
    explanation TEXT,
    resolved_at TEXT,
    resolution  TEXT
) WITHOUT ROWID;
CREATE INDEX held_message_now ON held_message (state) WHERE state <> 'resolved';

-- Drafts are local, unnumbered and outside the chain.
CREATE TABLE draft (
    draft_id     TEXT PRIMARY KEY,
    state        TEXT NOT NULL CHECK (state IN ('open', 'returned', 'signed', 'discarded')),
    event_type   TEXT,
    case_id      TEXT,
    recipients   TEXT,               -- as given, separated by one blank
    clause       TEXT,
    author       TEXT,
    created_at   TEXT NOT NULL,
    revision     INTEGER NOT NULL,   -- how often it was written, edited or sent back
    changed_at   TEXT NOT NULL,
    changed_by   TEXT,               -- who wrote, edited or sent it back last
    remark       TEXT,               -- why it was sent back, while it is
    signed_event TEXT
) WITHOUT ROWID;
-- Signed and discarded ones stay: the few that are open must be found without looking at those.
CREATE INDEX draft_by_change ON draft (changed_at DESC, draft_id);
CREATE INDEX draft_by_state ON draft (state, changed_at DESC, draft_id);
