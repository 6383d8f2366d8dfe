-- An agency's exchange view (docs/exchange-view.md), folded from its record; all of it may be deleted.

-- Which record, format, and how far: registers and chains that were folded.
CREATE TABLE IF NOT EXISTS about (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- The last document sent to each recipient, and the last count taken in from each sender.
CREATE TABLE IF NOT EXISTS head (
    agency   TEXT PRIMARY KEY,
    count    INTEGER NOT NULL,
    digest   TEXT NOT NULL,
    received INTEGER NOT NULL
) WITHOUT ROWID;

-- The rows as canonical JSON, with their digest.
CREATE TABLE IF NOT EXISTS exchange_row (
    key    TEXT PRIMARY KEY,
    bucket INTEGER NOT NULL,
    packed BLOB NOT NULL,
    digest BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS exchange_row_by_bucket ON exchange_row (bucket, key, digest);

-- Digests of the buckets that have rows.
CREATE TABLE IF NOT EXISTS bucket (
    bucket INTEGER PRIMARY KEY,
    digest BLOB NOT NULL
);

-- Requests that nobody has answered, and in which row they stand. asked: by the counterpart; else of it.
CREATE TABLE IF NOT EXISTS open_request (
    asked       INTEGER NOT NULL,
    request     TEXT NOT NULL,
    counterpart TEXT NOT NULL,
    key         TEXT NOT NULL,
    PRIMARY KEY (asked, request, counterpart)
) WITHOUT ROWID;
