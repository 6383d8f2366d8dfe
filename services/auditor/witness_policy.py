"""The witness policy of a network: the file `witness-policy` in its folder, made when the network is set up.

It is a person's to change. As long as nobody has, it follows the directory: a policy names keys, and agencies get new
ones.
"""

from __future__ import annotations

from pathlib import Path

import structlog

from events.audit.default_policy import default_policy
from events.directory import Directory
from events.errors import PolicyInvalid
from events.transparency.policy import Policy
from events.transparency.policy_file import format_policy, parse_policy
from services.errors import CannotRun
from services.identity.directory_folder import DirectoryFolder
from services.identity.disk import PUBLIC, create_file, replace_file

_log = structlog.get_logger(__name__)

FILE = "witness-policy"


class PolicyUnreadable(CannotRun):
    """The network's witness policy cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            what="the witness policy cannot be used",
            why=f"{path}: {reason}",
            next_step="correct the file; without it `phoihop auditor run` makes a new one",
        )
        self.path, self.reason = path, reason


def policy_file(folder: Path) -> Path:
    """Where the policy lies under a state folder."""
    return folder / FILE


def made_policy(directory: Directory) -> bytes:
    """The policy's text as it is made for a version of the directory. Raises `DirectoryInvalid`."""
    return format_policy(default_policy(directory, directory.issued_at))


def write_first_policy(folder: Path, directory: Directory) -> None:
    """Make the policy where there is none. Raises `DirectoryInvalid`, `DiskRefused`."""
    if not policy_file(folder).exists():
        try:
            create_file(policy_file(folder), made_policy(directory), PUBLIC)
        except FileExistsError:
            return


def load_policy(folder: Path) -> Policy:
    """The policy, brought up to the newest directory where it is still the one that was made.

    Raises `PolicyUnreadable`, `DirectoryInvalid`, `DiskRefused`.
    """
    chain = DirectoryFolder.of(folder).chain()
    write_first_policy(folder, chain[-1])
    path = policy_file(folder)
    try:
        data = path.read_bytes()
        newest = made_policy(chain[-1])
        if data != newest and any(data == made_policy(version) for version in chain[:-1]):
            replace_file(path, newest, PUBLIC)
            _log.info("the witness policy follows the directory", version=chain[-1].version)
            data = newest
        return parse_policy(data)
    except (OSError, PolicyInvalid) as error:
        raise PolicyUnreadable(path, str(error)) from error
