"""The events of a package, read out of its members line by line, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from events.audit.finding import AuditCheck
from events.errors import Malformed
from services.evidence.archive import Archive
from services.evidence.faults import Faults
from services.evidence.layout import EVENT_FOLDER, MAX_EVENTS_BYTES, events_member, events_number
from services.evidence.line import PackagedEvent, parse_line


def event_lines(
    archive: Archive, faults: Faults, progress: Callable[[int], None] = lambda _bytes: None
) -> Iterator[tuple[str, PackagedEvent]]:
    """Every event with its member and line; what is not of the form is found and passed over.

    `progress` hears how many bytes of events have been read.
    """
    numbers = sorted(number for name in archive.members if (number := events_number(name)) is not None)
    if numbers != list(range(1, len(numbers) + 1)):
        faults.add(
            AuditCheck.TRIMMED, EVENT_FOLDER, "thiếu một tệp văn bản của gói", "a member with events is missing",
        )  # fmt: skip
    done = 0
    for name in map(events_member, numbers):
        progress(done)
        done += archive.members[name].size
        try:
            data = archive.read(name, MAX_EVENTS_BYTES)
        except Malformed as error:
            _malformed(name, error, faults)
            continue
        if not data.endswith(b"\n"):
            _malformed(name, Malformed("package", "its last line does not end in a newline"), faults)
            continue
        for at, line in enumerate(data[:-1].split(b"\n"), 1):
            where = f"{name}:{at}"
            try:
                event = parse_line(line)
            except Malformed as error:
                _malformed(where, error, faults)
                continue
            yield where, event


def _malformed(where: str, error: Malformed, faults: Faults) -> None:
    faults.add(
        AuditCheck.FORM, where,
        "dữ liệu trong gói không đúng khuôn dạng", f"this is not of the package's form: {error}",
    )  # fmt: skip
