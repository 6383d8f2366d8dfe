"""The transparency log: RFC 6962 trees, tiles, checkpoints, cosignatures and policies in the C2SP formats.

Pure values and functions, byte by byte as `docs/transparency-log.md` describes them. What reads and writes the log's
files is in `services/`.
"""
