-- The auditor's ledger: what it was given, in the order of the transparency log. Nothing in it is ever changed or deleted.

-- What this store is: format version, province.
CREATE TABLE IF NOT EXISTS about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The events of the log. An event has an entry of the log for each recipient: `entries` of them from `first_index` on.
-- data: the payload's data member where the auditor was given it whole. taken_at: when this service stored it.
CREATE TABLE IF NOT EXISTS logged (
    first_index INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    event_id TEXT NOT NULL,
    stream_sequence INTEGER,
    stored_at TEXT,
    taken_at TEXT NOT NULL,
    envelope BLOB NOT NULL,
    signature TEXT NOT NULL,
    data BLOB
);
CREATE INDEX IF NOT EXISTS logged_by_event ON logged (event_id);

-- Contents that a sender or recipient opened to the auditor later: the data member that hashes to the content digest.
CREATE TABLE IF NOT EXISTS opened (
    digest BLOB PRIMARY KEY,
    data BLOB NOT NULL,
    opened_by TEXT NOT NULL,
    opened_in BLOB NOT NULL
) WITHOUT ROWID;

-- The events as they are handed out, with the content where it was given or opened.
CREATE VIEW IF NOT EXISTS held AS
SELECT first_index, envelope, signature, stream_sequence, stored_at, coalesce(logged.data, opened.data) AS data,
    logged.digest AS digest, event_id
FROM logged LEFT JOIN opened USING (digest);

-- Every other authentic message that came: heads, repairs, cosignatures. Kept, but no entry of the log.
CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    stream_sequence INTEGER,
    stored_at TEXT,
    envelope BLOB NOT NULL,
    signature TEXT NOT NULL,
    data BLOB
);

-- What could not be verified, or not be acted on as it asks, with the check that failed.
-- claimed_sender: who it says it is from, by the broker's subject; empty where that cannot be read.
-- digest: of the envelope that it names or is, where there is one.
CREATE TABLE IF NOT EXISTS quarantine (
    key BLOB PRIMARY KEY,
    stream_sequence INTEGER,
    stored_at TEXT,
    subject TEXT NOT NULL,
    payload BLOB NOT NULL,
    signature TEXT,
    reason TEXT NOT NULL,
    explanation TEXT NOT NULL,
    claimed_sender TEXT NOT NULL,
    digest BLOB,
    taken_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quarantine_by_sender ON quarantine (claimed_sender);

-- How far the mail has been taken in, one row. durable: when the broker made the consumer from which it was read, so
-- that a broker set up anew is not taken for the old one.
CREATE TABLE IF NOT EXISTS intake (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    durable TEXT NOT NULL,
    stream_sequence INTEGER NOT NULL,
    taken_at TEXT NOT NULL
);

-- The alarms over the log that agencies have raised; the statements themselves are in `logged`.
CREATE TABLE IF NOT EXISTS alarms (
    digest BLOB PRIMARY KEY,
    raised_by TEXT NOT NULL,
    problem TEXT NOT NULL,
    explanation TEXT NOT NULL,
    raised_at TEXT NOT NULL
) WITHOUT ROWID;

-- Every checkpoint that was ever signed, as its note. signed_at is this service's clock.
CREATE TABLE IF NOT EXISTS checkpoints (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    signed_at TEXT NOT NULL
);

-- The witnesses' cosignature lines, each verified before it is kept. cosigned_at is the witness's own time.
CREATE TABLE IF NOT EXISTS cosignatures (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    cosigned_at TEXT NOT NULL,
    PRIMARY KEY (size, witness, line)
) WITHOUT ROWID;

-- Checkpoints whose cosignatures make up the quorum of the witness policy. witnessed_at: the earliest time by which.
CREATE TABLE IF NOT EXISTS witnessed (
    size INTEGER PRIMARY KEY,
    witnessed_at TEXT
);

-- Checkpoints that bear the log's own signature and that this ledger did not hold when they came: it has been an old
-- copy of itself. Nothing is signed until each is found to be of this very tree, and moved to `checkpoints`.
CREATE TABLE IF NOT EXISTS unheld_checkpoints (
    note TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) WITHOUT ROWID;

-- RFC 3161 time-stamp responses (DER) over a checkpoint's text, where an authority is set. authority: its address;
-- stamped_at: the authority's own time.
CREATE TABLE IF NOT EXISTS timestamps (
    size INTEGER NOT NULL,
    authority TEXT NOT NULL,
    token BLOB NOT NULL,
    stamped_at TEXT NOT NULL,
    PRIMARY KEY (size, authority)
) WITHOUT ROWID;

-- The directory's versions as notes, root-signed.
CREATE TABLE IF NOT EXISTS directories (
    version INTEGER PRIMARY KEY,
    note TEXT NOT NULL
);

-- What the auditor's own people looked at, exported and checked, and whom the pages refused. Local: no entry of the log.
-- subject: the case, event or package it is about; about: the rest of it as JSON, with who it was.
CREATE TABLE IF NOT EXISTS looks (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    about TEXT NOT NULL
);
