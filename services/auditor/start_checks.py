"""What must hold before the auditor's service starts."""

from __future__ import annotations

from events.directory import Directory
from events.succession import DirectoryOlder
from services.auditor.ledger import Ledger
from services.identity.errors import SignerLocked
from services.identity.signer import FileSigner


def check_start(signer: FileSigner, directory: Directory, ledger: Ledger) -> None:
    """Check key and directory against the ledger.

    1. the service's key opens alone: checkpoints wait for nobody. Raises `SignerLocked`;
    2. the ledger never held a newer directory: the folder would have come back from an old backup, and would believe
       keys that have been revoked since. Raises `DirectoryOlder`.
    """
    if signer.locked:
        raise SignerLocked(signer.kid)
    if (held := ledger.directory_version()) > directory.version:
        raise DirectoryOlder(
            f"the folder's directory is older (version {directory.version}) than the one that the ledger was kept "
            f"under (version {held}); fetch the newer versions from the province"
        )
