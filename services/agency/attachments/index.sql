-- Which attachments the record's documents name, and who has them. Derived from the record: deleting the file loses
-- nothing, it is made anew.

-- The last entry of the record that was looked at, and that entry's event: another one there is another record.
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- An attachment as one document names it. `recipients` are the document's, parted by blanks.
CREATE TABLE IF NOT EXISTS named (
    event_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    position INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    case_id TEXT,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (event_id, sha256)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS named_by_digest ON named (sha256, position);

-- The files that are not known to be here whole.
CREATE TABLE IF NOT EXISTS missing (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;

-- Who has said, signed, that it has the whole file and verified it; this agency too.
CREATE TABLE IF NOT EXISTS confirmed (
    event_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    agency TEXT NOT NULL,
    verified_at TEXT NOT NULL,
    PRIMARY KEY (event_id, sha256, agency)
) WITHOUT ROWID;

-- Why an agency that was asked last did not send a file.
CREATE TABLE IF NOT EXISTS obstacles (
    sha256 TEXT NOT NULL,
    agency TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (sha256, agency)
) WITHOUT ROWID;
