"""What can go wrong with a view. Losing a view loses nothing: the record brings it back."""

from __future__ import annotations

from pathlib import Path

from events.errors import PhoihopError


class ViewsError(PhoihopError):
    """Root of what the views raise; `path` is the file concerned."""

    def __init__(self, path: Path, explanation: str) -> None:
        super().__init__(explanation)
        self.path = path
        self.explanation = explanation


class ViewsOfNewerVersion(ViewsError):
    """A newer phoihop wrote this file; this one could misread it."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            path,
            f"{path.name} has schema version {found}, this phoihop knows {known}: a newer program wrote it. "
            "Run that newer version, or delete the file and run `phoihop rebuild`; the record is not touched.",
        )
        self.found = found
        self.known = known


class ViewsUnusable(ViewsError):
    """SQLite cannot open, read or write the file."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            path,
            f"{path.name} cannot be used: {problem}. Check free space and permissions of its folder; if the file is "
            "damaged, delete it and run `phoihop rebuild`; the record is not touched.",
        )
        self.problem = problem


class RecordGap(ViewsError):
    """Entries were handed over that do not follow the last one folded.

    It is raised before anything is written. After a rebuild has swapped the file this is the normal way of a follower
    to learn that it must read the record again from `position`.
    """

    def __init__(self, path: Path, position: int, got: int) -> None:
        super().__init__(
            path,
            f"the views stand at position {position} of the record and were handed {got}; "
            f"hand over the entries from {position + 1} on",
        )
        self.position = position
        self.got = got


class RebuildRunning(ViewsError):
    """Another process is rebuilding the same views."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, f"another rebuild of {path.name} is running; wait for it or stop it, then run again")
