"""Looking into the record as the rules see it, without the writer's lock: neither waits for the other."""

from __future__ import annotations

from pathlib import Path

from eventsourcing.sqlite import SQLiteCursor

from events.case import CaseState
from services.agency.case_states import CaseStates
from services.agency.held_events import HeldEvents


class RecordReading(HeldEvents):
    """What judging a draft may ask of the record, as of one moment. Made by `Record.reading`; not to be kept."""

    def __init__(self, cursor: SQLiteCursor, path: Path, states: CaseStates) -> None:
        HeldEvents.__init__(self, cursor, states)
        self._path = path
        self._cases: dict[str, tuple[int, CaseState | None]] = {}
        self._versions: dict[str, int] = {}

    @property
    def me(self) -> str:
        """The agency whose record this is."""
        return self._states.me

    @property
    def folder(self) -> Path:
        """The agency's folder: its attachments lie beside its record."""
        return self._path.parent

    def case_state(self, case_id: str) -> CaseState | None:
        """What this agency knows of a case, folded over its events; None if it holds none."""
        return self._case(case_id)[1]

    def _version(self, origin: str) -> int:
        if origin not in self._versions:
            self.cursor.execute("SELECT MAX(originator_version) FROM entries WHERE originator_id = ?", (origin,))
            self._versions[origin] = self.cursor.fetchone()[0] or 0
        return self._versions[origin]

    def _case(self, case_id: str) -> tuple[int, CaseState | None]:
        if case_id not in self._cases:
            self._cases[case_id] = self._states.load(self.cursor, case_id, self._version(f"case:{case_id}"))
        return self._cases[case_id]
