"""Keeping up with the province's directory: versions that peers send, versions put in the folder."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import structlog

from events.errors import DirectoryInvalid
from events.regulation.regulations import load_rules
from events.succession import DirectoryOlder, DirectorySkips
from services.agency.context import Context
from services.identity.directory_folder import DirectoryFolder

_log = structlog.get_logger(__name__)


class DirectoryKeeper:
    """The directory as one agency holds it, newest version first in `context`."""

    def __init__(self, folder: Path, agency: str) -> None:
        self._folder = DirectoryFolder.of(folder)
        self._agency = agency

    def open(self) -> Context:
        """Read and verify the whole chain; raises `DirectoryMissing` or `DirectoryInvalid`."""
        directory = self._folder.load()
        self.context = Context(self._agency, directory, load_rules(directory.regulation))
        return self.context

    async def take(self, notes: list[str]) -> bool:
        """Store versions that peers sent; true if some before them are missing here.

        What is older or not signed by the root key changes nothing, the latter is logged.
        """
        skipped = False
        for note in notes:
            try:
                await asyncio.to_thread(self._folder.store, note)
            except DirectoryOlder:
                continue
            except DirectorySkips:
                skipped = True
            except DirectoryInvalid as error:
                _log.error("a directory version was not accepted", agency=self._agency, reason=str(error))
        return skipped

    async def look(self) -> int | None:
        """Take up a newer version in the folder; the number of the one held before, None if nothing changed."""
        if self._folder.newest_version() == self.context.directory.version:
            return None
        before = self.context.directory.version
        context = await asyncio.to_thread(self.open)
        _log.info("directory changed", agency=self._agency, version=context.directory.version)
        return before

    def note(self, version: int) -> str:
        """The signed note of a version."""
        return self._folder.note(version)

    def roles_of(self, version: int, agency: str, at: datetime) -> frozenset[str]:
        """The roles of an agency at an instant, by a given version of the directory."""
        return self._folder.chain()[version - 1].roles_of(agency, at)
