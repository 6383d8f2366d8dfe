"""What a package's members are called, and how large each kind may be. The format is docs/evidence-package.md."""

from __future__ import annotations

import re

FORMAT = "phoihop-evidence/1"

MANIFEST = "manifest.json"
POLICY = "policy"
CONSISTENCY = "proofs/consistency.jsonl"
REPORT_ENGLISH = "report.en.html"
REPORT_HTML = "report.html"
REPORT_PDF = "report.pdf"

DIRECTORY_FOLDER = "directory/"
CHECKPOINT_FOLDER = "checkpoints/"
EVENT_FOLDER = "events/"
LOG_FOLDER = "log/"

MAX_NOTE_BYTES = 1_048_576
MAX_POLICY_BYTES = 1_048_576
MAX_MANIFEST_BYTES = 33_554_432
MAX_CONSISTENCY_BYTES = 67_108_864
MAX_EVENTS_BYTES = 8_388_608
"""Of one member with events; a line of the largest event has some two megabytes."""
MAX_REPORT_BYTES = 33_554_432
MAX_TOKEN_BYTES = 65_536
MAX_CHECKPOINTS = 20_000

FULL_EVENTS_BYTES = 4_194_304
"""A member with events is ended before it grows over this."""

_DIRECTORY = re.compile(r"directory/([0-9]{6})\.note", re.ASCII)
_CHECKPOINT = re.compile(r"checkpoints/([1-9][0-9]{0,18})\.note", re.ASCII)
_EVENTS = re.compile(r"events/([0-9]{6})\.jsonl", re.ASCII)
_TIMESTAMP = re.compile(r"checkpoints/([1-9][0-9]{0,18})\.([1-9][0-9]?)\.tsr", re.ASCII)
_SINGLE = frozenset({MANIFEST, POLICY, CONSISTENCY, REPORT_ENGLISH, REPORT_HTML, REPORT_PDF})


def directory_member(version: int) -> str:
    """The member with a directory version's note."""
    return f"{DIRECTORY_FOLDER}{version:06d}.note"


def checkpoint_member(size: int) -> str:
    """The member with the note of the checkpoint over `size` entries."""
    return f"{CHECKPOINT_FOLDER}{size}.note"


def events_member(number: int) -> str:
    """The `number`th member with events, from 1."""
    return f"{EVENT_FOLDER}{number:06d}.jsonl"


def timestamp_member(size: int, number: int) -> str:
    """The `number`th RFC 3161 token, from 1, over the checkpoint of a size."""
    return f"{CHECKPOINT_FOLDER}{size}.{number}.tsr"


def directory_version(name: str) -> int | None:
    """The version of a directory member; None for any other member."""
    match = _DIRECTORY.fullmatch(name)
    return int(match[1]) if match else None


def checkpoint_size(name: str) -> int | None:
    """The size of a checkpoint member; None for any other member."""
    match = _CHECKPOINT.fullmatch(name)
    return int(match[1]) if match else None


def events_number(name: str) -> int | None:
    """The number of a member with events; None for any other member."""
    match = _EVENTS.fullmatch(name)
    return int(match[1]) if match else None


def timestamp_size(name: str) -> int | None:
    """The size of the checkpoint over which a token is; None for any other member."""
    match = _TIMESTAMP.fullmatch(name)
    return int(match[1]) if match else None


def is_known(name: str) -> bool:
    """Whether a package may have a member of this name, beside the log's tiles."""
    readers = (directory_version, checkpoint_size, events_number, timestamp_size)
    return name in _SINGLE or any(read(name) is not None for read in readers)
