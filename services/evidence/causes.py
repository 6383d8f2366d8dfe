"""What the documents of a package cite: the event that brought one about, and the one that gives it its standing.

| check | rules out |
| --- | --- |
| time | a document that is dated before what it cites |

A cited event that is not in the package is no fault of what is there; it is listed, so that somebody who leaves an
event out of a case has to leave out everything that speaks of it, too.
"""

from __future__ import annotations

from uuid import UUID

from events.audit.finding import AuditCheck
from events.envelope import Envelope
from services.evidence.faults import Faults


class Causes:
    """The ids that were seen, with the times signed, and the ids that were cited before they were seen."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._signed: dict[bytes, float] = {}
        self._unseen: dict[bytes, str] = {}

    def take(self, envelope: Envelope, where: str) -> None:
        """Take in an event of the package."""
        own = UUID(envelope.id).bytes
        signed = envelope.time.timestamp()
        self._signed.setdefault(own, signed)
        if envelope.is_protocol:
            return
        for cited in (envelope.cause, envelope.basis):
            if cited is None:
                continue
            key = UUID(cited).bytes
            earlier = self._signed.get(key)
            if earlier is None:
                self._unseen[key] = cited
            elif signed < earlier:
                self._faults.add(
                    AuditCheck.TIME, where,
                    f"ghi thời điểm trước văn bản {cited} mà nó viện dẫn",
                    f"it is dated before event {cited}, which it cites", envelope.id,
                )  # fmt: skip

    @property
    def absent(self) -> tuple[str, ...]:
        """The ids that are cited and not in the package, sorted."""
        return tuple(sorted(cited for key, cited in self._unseen.items() if key not in self._signed))
