"""An agency's desk: its directory, rules, record and views, as one call of the command line opens them.

The command line reads and writes the record itself, whether the agency's service runs or not, and wakes the service
after writing. Views are first brought up to the record, so that what is shown is never older than what is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from events.directory import Directory
from events.regulation.regulations import load_rules
from projections.errors import RecordGap
from projections.views import Views
from projections.writer import BATCH_ENTRIES
from services.agency.context import Context
from services.agency.folder import AgencyFolder
from services.agency.projector import discard_foreign_views
from services.agency.record import Record
from services.agency.start_checks import check_not_older
from services.agency.wake import wake
from services.cli.running import configure_log
from services.cli.session import Session
from services.identity.directory_folder import DirectoryFolder


@dataclass(frozen=True)
class Desk:
    """What one agency's command works with."""

    session: Session
    directories: DirectoryFolder
    directory: Directory
    place: AgencyFolder
    record: Record

    @property
    def me(self) -> str:
        """The agency's id."""
        return self.place.agency

    @property
    def context(self) -> Context:
        """What signing and admission need to know; loads the rules."""
        return Context(self.me, self.directory, load_rules(self.directory.regulation))

    def roles_of(self, version: int, agency: str, at: datetime) -> frozenset[str]:
        """The roles an agency held by a version of the directory."""
        return self.directories.chain()[version - 1].roles_of(agency, at)

    def wake_service(self) -> bool:
        """Tell the running service that the record has grown; false if none runs."""
        return wake(self.place.path)

    @contextmanager
    def views(self) -> Iterator[Views]:
        """The views, brought up to the record; those of a later record (a backup was put back) are made anew."""
        with Views(self.place.views, roles_of=self.roles_of) as views:
            later = views.position > self.record.last_position
        if later:
            discard_foreign_views(self.place.views, self.record, self.roles_of)
        with Views(self.place.views, roles_of=self.roles_of) as views:
            catch_up(views, self.record)
            yield views


@contextmanager
def open_desk(session: Session) -> Iterator[Desk]:
    """The desk of the session's agency.

    Raises `DirectoryMissing`, `DirectoryInvalid` (also for one that is older than the record), `AgencyNotNamed`,
    `AgencyUnknown`, `RecordUnavailable`.
    """
    configure_log(quiet=True)  # to standard error: standard output is the document's
    directories = DirectoryFolder.of(session.folder)
    directory = directories.load()
    place = AgencyFolder(session.folder, session.me)
    session.agency = place.agency
    place.check_listed(directory)
    record = Record(place.record, place.agency, directory.province)
    try:
        check_not_older(directory, record)
        yield Desk(session, directories, directory, place, record)
    finally:
        record.close()


def catch_up(views: Views, record: Record) -> None:
    """Fold what the views lack. The agency's service may be doing the same: entries folded twice are passed over."""
    while batch := record.entries(views.position, BATCH_ENTRIES):
        try:
            views.apply(batch, record.agency)
        except RecordGap:
            # A rebuild has just put other views in their place: read on from where these are.
            continue
