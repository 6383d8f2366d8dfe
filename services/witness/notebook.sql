-- What a witness remembers of the transparency log, in the tables `log_…` of the agency's record.

-- name: seen
SELECT size, root, note, stated_at, position, cosigned_size, cosigned_note, cosigned_at FROM log_seen

-- name: cosigned_note
SELECT cosigned_note FROM log_seen

-- name: see
-- What was cosigned stays until something newer is.
INSERT INTO log_seen (one, size, root, note, stated_at, position) VALUES (1, ?, ?, ?, ?, ?)
ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note,
    stated_at = excluded.stated_at, position = excluded.position

-- name: cosigned
UPDATE log_seen SET cosigned_size = ?, cosigned_note = ?, cosigned_at = ?

-- name: hear
-- Only the newest of each agency: an older one is behind it, or shows in the comparison of the newest.
INSERT INTO log_heard VALUES (?, ?, ?)
ON CONFLICT (peer) DO UPDATE SET size = excluded.size, note = excluded.note WHERE excluded.size >= size

-- name: heard
SELECT peer, size, note FROM log_heard ORDER BY peer

-- name: compared
DELETE FROM log_heard WHERE peer = ? AND note = ?

-- name: awaited
SELECT digest, position, unknown_at, misstated FROM log_awaited ORDER BY position LIMIT ?

-- name: awaited_counts
SELECT COUNT(*), COUNT(unknown_at), COALESCE(SUM(misstated), 0) FROM log_awaited

-- name: proven
DELETE FROM log_awaited WHERE digest = ?

-- name: unknown
-- The first such answer's time stays.
INSERT INTO log_awaited (digest, position, unknown_at) VALUES (?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET unknown_at = COALESCE(unknown_at, excluded.unknown_at)

-- name: misstated
INSERT INTO log_awaited (digest, position, misstated) VALUES (?, ?, 1)
ON CONFLICT (digest) DO UPDATE SET misstated = 1

-- name: drop_unknown
DELETE FROM log_awaited WHERE unknown_at IS NOT NULL

-- name: drop_misstated
DELETE FROM log_awaited WHERE misstated = 1

-- name: raise_alarm
INSERT OR IGNORE INTO log_alarms (event_id, position, raised_by, problem, proof, standing) VALUES (?, ?, ?, ?, ?, 'open')

-- name: replace_alarms
-- Of alarms that others raise over one problem the newest is shown: whoever floods fills no table. What is proven stays.
DELETE FROM log_alarms WHERE raised_by = ? AND problem = ? AND standing = 'open' AND proof <> 'proven'

-- name: open_alarms
SELECT event_id, position, raised_by, problem, proof, standing, ended_at, reason FROM log_alarms
WHERE standing = 'open' ORDER BY position

-- name: alarms
SELECT event_id, position, raised_by, problem, proof, standing, ended_at, reason FROM log_alarms
ORDER BY position DESC LIMIT ?

-- name: alarm
SELECT event_id, position, raised_by, problem, proof, standing, ended_at, reason FROM log_alarms WHERE event_id = ?

-- name: judge_alarm
UPDATE log_alarms SET proof = ? WHERE event_id = ?

-- name: end_alarm
UPDATE log_alarms SET standing = ?, ended_at = ?, reason = ? WHERE event_id = ? AND standing = 'open'

-- name: forget_seen
DELETE FROM log_seen

-- name: forget_heard
DELETE FROM log_heard

-- name: forget_awaited
DELETE FROM log_awaited

-- name: note
INSERT OR REPLACE INTO log_notes VALUES (?, ?)

-- name: noted
SELECT value FROM log_notes WHERE name = ?
