-- Moving and reading an agency's exchange view.

-- name: load
SELECT packed FROM exchange_row WHERE key = ?;

-- name: save
INSERT INTO exchange_row VALUES (?,?,?,?)
ON CONFLICT (key) DO UPDATE SET packed = excluded.packed, digest = excluded.digest;

-- name: digests
SELECT digest FROM exchange_row WHERE bucket = ? ORDER BY key;

-- name: count
SELECT COUNT(*) FROM exchange_row;

-- name: open
INSERT OR REPLACE INTO open_request VALUES (?,?,?,?);

-- name: settle
DELETE FROM open_request WHERE asked = ? AND request = ? AND counterpart = ? RETURNING key;

-- name: buckets
SELECT bucket, digest FROM bucket;

-- name: save_bucket
INSERT OR REPLACE INTO bucket VALUES (?,?);

-- name: heads
SELECT agency, count, digest, received FROM head;

-- name: save_head
INSERT OR REPLACE INTO head VALUES (?,?,?,?);

-- name: about
SELECT name, value FROM about;

-- name: save_about
INSERT OR REPLACE INTO about VALUES (?,?);
