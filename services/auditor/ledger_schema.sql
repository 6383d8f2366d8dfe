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

-- What could not be verified, with the check that failed.
CREATE TABLE IF NOT EXISTS quarantine (
    key BLOB PRIMARY KEY,
    stream_sequence INTEGER,
    stored_at TEXT,
    subject TEXT NOT NULL,
    payload BLOB NOT NULL,
    signature TEXT,
    reason TEXT NOT NULL,
    explanation TEXT NOT NULL
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

-- RFC 3161 time-stamp tokens (DER) over checkpoints, where an authority is set.
CREATE TABLE IF NOT EXISTS timestamps (
    size INTEGER NOT NULL,
    authority TEXT NOT NULL,
    token BLOB NOT NULL,
    PRIMARY KEY (size, authority)
) WITHOUT ROWID;

-- The directory's versions as notes, root-signed.
CREATE TABLE IF NOT EXISTS directories (
    version INTEGER PRIMARY KEY,
    note TEXT NOT NULL
);
