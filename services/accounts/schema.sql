-- The accounts of one agency's pages. Apart from the record: it holds secrets' hashes, and rows that change.

CREATE TABLE IF NOT EXISTS about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- password: argon2id, with its parameters. signatory: of a head's account, whose key of the directory it signs with.
-- failures counts wrong passwords since the last right one; until locked_until nothing is tried.
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY,
    full_name TEXT NOT NULL,
    role TEXT NOT NULL,
    signatory TEXT,
    password TEXT NOT NULL,
    created_at TEXT NOT NULL,
    disabled_at TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT
) WITHOUT ROWID;

-- Browsers by which somebody has entered an account, by SHA-256 of their token, with failures of their own: whoever
-- locks an account elsewhere does not shut out whose it is.
CREATE TABLE IF NOT EXISTS browsers (
    token_hash BLOB NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (name),
    since TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until TEXT,
    PRIMARY KEY (account, token_hash)
) WITHOUT ROWID;

-- Sessions by SHA-256 of their token: whoever reads this file cannot enter with what stands here. They are deleted 7 days
-- after their beginning; that somebody entered and left stands in the record.
CREATE TABLE IF NOT EXISTS sessions (
    token_hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (name),
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ended_at TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (account);
CREATE INDEX IF NOT EXISTS sessions_by_beginning ON sessions (began_at);

-- Tokens of machines by SHA-256, bound to this agency by standing in its file.
CREATE TABLE IF NOT EXISTS tokens (
    token_hash BLOB PRIMARY KEY,
    label TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT
) WITHOUT ROWID;
