"""What must hold before an agency's service starts, and would otherwise show only later, failure after failure."""

from __future__ import annotations

from pathlib import Path

from events.directory import Directory
from events.record_entry import RecordEntry
from events.succession import DirectoryOlder
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.identity.errors import SignerLocked
from services.identity.signer import FileSigner

_PAGE = 200


def check_start(folder: Path, agency: str, directory: Directory) -> None:
    """Check an agency's service key and the directory against its record.

    1. the service's key opens alone: receipts and answers wait for nobody. Raises `SignerLocked`, and what reading a
       key file raises;
    2. the record was never kept under a newer directory: the folder would have come back from an old backup, and would
       believe keys that have been revoked since. Raises `DirectoryOlder`, and what opening a record raises.
    """
    signer = FileSigner.of(folder, agency, "service")
    if signer.locked:
        raise SignerLocked(signer.kid)
    record = Record(AgencyFolder(folder, agency).record, agency, directory.province)
    try:
        check_not_older(directory, record)
    finally:
        record.close()


def check_not_older(directory: Directory, record: Record) -> None:
    """Raise `DirectoryOlder` if the record's newest event was checked by a newer version than this one."""
    newest = _directory_version(record)
    if newest > directory.version:
        raise DirectoryOlder(
            f"the folder's directory is older (version {directory.version}) than the one that the record of "
            f"{record.agency} was kept under (version {newest}); fetch the newer versions from the province"
        )


def _directory_version(record: Record) -> int:
    """The version by which the newest event was signed or examined; 0 for an empty record. Versions only grow."""
    end = record.last_position
    while end > 0:
        start = max(0, end - _PAGE)
        for entry in reversed(record.entries(start, _PAGE, end)):
            if isinstance(entry, RecordEntry):
                return entry.directory_version
        end = start
    return 0
