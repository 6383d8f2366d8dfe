-- The record of one agency: the append-only entries, and the indexes that admission, signing and repair look into.
-- Everything but `entries`, `parked`, `quarantine`, `cursors` and `kept_answers` could be derived from `entries`; it is
-- written in the same transaction, so that it can never disagree with them.

-- The entries in one total order, in the columns of the eventsourcing library; `rowid` is an entry's position.
-- AUTOINCREMENT: a position is never given twice, and a VACUUM does not renumber.
CREATE TABLE IF NOT EXISTS entries (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
);

-- What this store is: format version, agency, province, the file it was made as.
CREATE TABLE IF NOT EXISTS about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Every signed event held, for ever: the removal of repeats looks here.
CREATE TABLE IF NOT EXISTS event_index (
    event_id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    digest BLOB NOT NULL
) WITHOUT ROWID;

-- The links of the pair chains. direction 0: from here to the peer; 1: from the peer to here.
-- time is the event's own; position, digest and time are NULL where a gap was declared for good.
CREATE TABLE IF NOT EXISTS pair_links (
    peer TEXT NOT NULL,
    direction INTEGER NOT NULL,
    count INTEGER NOT NULL,
    position INTEGER,
    digest BLOB,
    time TEXT,
    refused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (peer, direction, count)
) WITHOUT ROWID;

-- Up to which count a peer's signed receipts cover what was sent to it, and where the last receipt stands.
CREATE TABLE IF NOT EXISTS receipts_held (
    peer TEXT PRIMARY KEY,
    upto_count INTEGER NOT NULL,
    position INTEGER NOT NULL
) WITHOUT ROWID;

-- Where each receipt of a peer stands: what it says of one event is looked up there when the peer speaks of it again.
CREATE TABLE IF NOT EXISTS receipts_taken (
    peer TEXT NOT NULL,
    upto_count INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (peer, upto_count, position)
) WITHOUT ROWID;

-- The receipts given to each peer: a repeat brings again the one that covers it.
CREATE TABLE IF NOT EXISTS receipts_given (
    peer TEXT NOT NULL,
    upto_count INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (peer, upto_count)
) WITHOUT ROWID;

-- The outgoing (0) and incoming (1) register of a calendar year in Vietnam: from 1, without gaps.
CREATE TABLE IF NOT EXISTS registers (
    direction INTEGER NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (direction, year, number)
) WITHOUT ROWID;

-- Folded case states, so that a long case need not be folded again from its first event.
CREATE TABLE IF NOT EXISTS case_snapshots (
    case_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    state BLOB NOT NULL
) WITHOUT ROWID;

-- Authentic messages that wait for an earlier count or a cause. They are acknowledged to the broker, so they live here.
CREATE TABLE IF NOT EXISTS parked (
    digest BLOB PRIMARY KEY,
    sender TEXT NOT NULL,
    count INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    subject TEXT NOT NULL,
    signature TEXT NOT NULL,
    payload BLOB NOT NULL,
    stream_sequence INTEGER,
    stored_at TEXT,
    parked_at TEXT NOT NULL,
    case_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parked_by_sender ON parked (sender, count);
CREATE INDEX IF NOT EXISTS parked_by_wait ON parked (waits_for);

-- Events that mail of a sender cites, and of which it has stated that they were not addressed to this agency: what
-- cites them is judged without them.
CREATE TABLE IF NOT EXISTS untold (
    sender TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (sender, event_id)
) WITHOUT ROWID;

-- Envelopes that parked links name, by digest, with the earliest instant at which the broker had stored such a link.
CREATE TABLE IF NOT EXISTS anchors (
    digest BLOB PRIMARY KEY,
    stored_at TEXT NOT NULL
) WITHOUT ROWID;

-- Messages that could not be verified: kept as they came, shown, and examined again on request.
CREATE TABLE IF NOT EXISTS quarantine (
    digest BLOB PRIMARY KEY,
    claimed_sender TEXT NOT NULL,
    check_number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    explanation TEXT NOT NULL,
    subject TEXT NOT NULL,
    signature TEXT,
    payload BLOB NOT NULL,
    stream_sequence INTEGER,
    stored_at TEXT,
    quarantined_at TEXT NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS quarantine_by_sender ON quarantine (claimed_sender);

-- What a lost record had already said of incoming events in signed receipts: recovery keeps to it. refusal is NULL for
-- an admitted event, else JSON [check, reason, clause, explanation].
CREATE TABLE IF NOT EXISTS receipts_recovered (
    event_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    incoming_number INTEGER,
    admitted_at TEXT NOT NULL,
    refusal TEXT
) WITHOUT ROWID;

-- Own events that peers gave back to a record which lacks them: until all are here and can be put in order.
CREATE TABLE IF NOT EXISTS brought_back (
    event_id TEXT PRIMARY KEY,
    signature TEXT NOT NULL,
    payload BLOB NOT NULL,
    brought_by TEXT NOT NULL
) WITHOUT ROWID;

-- How many bytes each peer was given again by repair and lately, so that asking is no weapon (`allowance`).
CREATE TABLE IF NOT EXISTS given_again (
    peer TEXT PRIMARY KEY,
    bytes INTEGER NOT NULL,
    at TEXT NOT NULL,
    postponed INTEGER NOT NULL
) WITHOUT ROWID;

-- How far each follower of the record has come.
CREATE TABLE IF NOT EXISTS cursors (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) WITHOUT ROWID;

-- What policies have done about which event: each wish is carried out once.
CREATE TABLE IF NOT EXISTS reactions (
    policy TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (policy, event_id)
) WITHOUT ROWID;

-- What policies could not do yet about which event, since when and why: it is tried again until it is done.
CREATE TABLE IF NOT EXISTS reactions_waiting (
    policy TEXT NOT NULL,
    event_id TEXT NOT NULL,
    since TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (policy, event_id)
) WITHOUT ROWID;

-- The delegations of signing that an agency granted or ended: what its deputies sign is judged by them.
CREATE TABLE IF NOT EXISTS delegations (
    sender TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (sender, event_id)
) WITHOUT ROWID;

-- The transparency log as this agency's witness knows it (`services/witness`): the newest checkpoint that was verified
-- here, and the newest that was cosigned. One row. root, note: as the log signed them; cosigned_note bears the own
-- cosignature as well. stated_at: signed time of the message that brought it; position: where that stands here.
CREATE TABLE IF NOT EXISTS log_seen (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    stated_at TEXT NOT NULL,
    position INTEGER NOT NULL,
    cosigned_size INTEGER,
    cosigned_note TEXT,
    cosigned_at TEXT
);

-- Checkpoints that other agencies have cosigned, until they are compared: the newest of each.
CREATE TABLE IF NOT EXISTS log_heard (
    peer TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    note TEXT NOT NULL
) WITHOUT ROWID;

-- Events that the log lacks or misstates, until they are found in it or a person accepts it. unknown_at: the broker's
-- time of the first answer that the log does not have it.
CREATE TABLE IF NOT EXISTS log_awaited (
    digest BLOB PRIMARY KEY,
    position INTEGER NOT NULL,
    unknown_at TEXT,
    misstated INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Alarms over the log, own and heard. proof: pending, proven, refuted or word (nothing in it can be checked here);
-- standing: open, over or accepted (by a person, for a reason).
CREATE TABLE IF NOT EXISTS log_alarms (
    event_id TEXT PRIMARY KEY,
    position INTEGER NOT NULL,
    raised_by TEXT NOT NULL,
    problem TEXT NOT NULL,
    proof TEXT NOT NULL,
    standing TEXT NOT NULL,
    ended_at TEXT,
    reason TEXT
) WITHOUT ROWID;

-- What else the witness notes: the log's address that its service was started with, where the stream stood.
CREATE TABLE IF NOT EXISTS log_notes (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- What the API answered to calls that named a key, to answer the same again (`kept_answers`). request: SHA-256 of what
-- was asked, without any passphrase. Rows go with their age.
CREATE TABLE IF NOT EXISTS kept_answers (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    document TEXT NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (caller, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_answers_by_age ON kept_answers (answered_at);
