"""Taking a package apart and putting it together again, as somebody would who wants it to look untouched."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from events import base64url
from events.canonical import canonical_json
from events.note import VerifierKey
from services.evidence.archive import LAST_MEMBER, ArchiveWriter, open_archive
from services.evidence.examination import examine
from services.evidence.layout import REPORT_ENGLISH, REPORT_HTML, REPORT_PDF
from services.evidence.manifest import LogTree, Manifest, parse_manifest
from services.evidence.pages import html_by, pdf_by, render_html, render_pdf

Members = dict[str, bytes]
Line = dict[str, Any]


def unpack(path: Path) -> Members:
    """Every member's bytes."""
    with path.open("rb") as file:
        archive = open_archive(file)
        return {name: b"".join(archive.chunks(name)) for name in archive.members}


def pack(members: Members, path: Path) -> Path:
    """The members as a package, as they are: the manifest may not fit any more."""
    buffer = BytesIO()
    writer = ArchiveWriter(buffer)
    for name in sorted(members.keys() - {LAST_MEMBER}):
        writer.add(name, members[name])
    if LAST_MEMBER in members:
        writer.add(LAST_MEMBER, members[LAST_MEMBER])
    writer.finish()
    path.write_bytes(buffer.getvalue())
    return path


def seal(members: Members, root: VerifierKey, path: Path) -> Path:
    """The members as a package whose manifest and pages follow from what is there now: the cleverest forger's."""
    old = parse_manifest(members[LAST_MEMBER])
    plain = {name: data for name, data in members.items() if not name.startswith(("report", LAST_MEMBER))}
    with pack(plain, path).open("rb") as file:
        seen = examine(open_archive(file), root, old.selection)
    newest = seen.trees.newest
    tree = old.tree if newest is None else LogTree(
        newest.checkpoint.origin, newest.checkpoint.size, newest.checkpoint.root
    )  # fmt: skip
    plain |= {REPORT_HTML: render_html(seen), REPORT_ENGLISH: render_html(seen, "en"), REPORT_PDF: render_pdf(seen)}
    listed = {name: (len(data), base64url.encode(sha256(data).digest())) for name, data in sorted(plain.items())}
    manifest = Manifest(
        old.province, old.selection, tree, seen.inventory.to_json(), html_by(), pdf_by(), listed,
    )  # fmt: skip
    return pack(plain | {LAST_MEMBER: manifest.to_bytes()}, path)


def lines_of(members: Members) -> list[Line]:
    """Every event's line."""
    names = sorted(name for name in members if name.startswith("events/"))
    return [json.loads(line) for name in names for line in members[name].splitlines()]


def with_lines(members: Members, lines: list[Line]) -> Members:
    """The members with these events for theirs, in one member."""
    others = {name: data for name, data in members.items() if not name.startswith("events/")}
    return others | {"events/000001.jsonl": b"".join(canonical_json(line) + b"\n" for line in lines)}


def of_type(lines: list[Line], event_type: str) -> list[Line]:
    """The events of a type."""
    return [line for line in lines if f'"type":"vn.phoihop.{event_type}.v' in line["envelope"]]


def edited(members: Members, edit: Callable[[list[Line]], list[Line] | None]) -> Members:
    """The members with their events edited in place, or replaced by what `edit` gives."""
    lines = lines_of(members)
    changed = with_lines(members, edit(lines) or lines)
    assert changed != members, "the edit changed nothing"
    return changed


def flip(data: bytes, bit: int) -> bytes:
    """The bytes with one bit the other way."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
