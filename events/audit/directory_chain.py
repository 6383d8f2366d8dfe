"""The directory's versions from the first on: signed by the root key, each following the one before.

1. the versions begin with 1 and none is left out; each is signed by the root key (`directory-swapped`)
2. each follows the one before: nothing that was said is taken back (`directory-swapped`)
3. what agencies have published of them is the same text (`directory-swapped`)
4. no receipt and no message knows of a version that is not here (`directory-rolled-back`)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from events.audit.finding import AuditCheck, Finding
from events.directory import Directory, parse_directory
from events.errors import DirectoryInvalid
from events.note import VerifierKey
from events.succession import check_succession

Found = Callable[[Finding], None]


def check_directories(notes: Iterable[tuple[int, str]], root: VerifierKey, found: Found) -> tuple[Directory, ...]:
    """Checks 1 and 2, over versions and their notes in order; gives the versions up to the first that fails."""
    chain: list[Directory] = []
    for version, note in notes:
        try:
            directory = _next(version, note, root, chain)
        except DirectoryInvalid as error:
            found(
                Finding(
                    AuditCheck.DIRECTORY_SWAPPED, "", f"directory version {version}",
                    f"Phiên bản danh bạ {version} không do khóa gốc ký hoặc không nối tiếp phiên bản trước.",
                    f"Directory version {version} cannot be believed: {error}",
                )
            )  # fmt: skip
            break
        chain.append(directory)
    return tuple(chain)


def _next(version: int, note: str, root: VerifierKey, chain: list[Directory]) -> Directory:
    directory = parse_directory(note, root)
    if directory.version != len(chain) + 1 or version != directory.version:
        raise DirectoryInvalid(
            f"version {directory.version} stands as version {version}, where {len(chain) + 1} belongs"
        )
    if chain:
        check_succession(chain[-1], directory)
    return directory


def check_published(
    chain: tuple[Directory, ...],
    root: VerifierKey,
    published: Iterable[tuple[int, str, int, str]],
    newest_known: int,
    found: Found,
) -> None:
    """Checks 3 and 4: (index, event, version, note) as agencies published them, and the newest that receipts know."""
    for index, event, version, note in published:
        try:
            directory = parse_directory(note, root)
        except DirectoryInvalid as error:
            found(_swapped(index, event, version, f"it was published, and cannot be believed: {error}"))
            continue
        if directory.version <= len(chain) and chain[directory.version - 1].digest != directory.digest:
            found(_swapped(index, event, version, "the root key has signed two texts under this number"))
        newest_known = max(newest_known, directory.version)
    if newest_known > len(chain):
        found(
            Finding(
                AuditCheck.DIRECTORY_ROLLED_BACK, "", f"directory version {len(chain)}",
                f"Danh bạ dừng ở phiên bản {len(chain)}, nhưng lịch sử biết phiên bản {newest_known}.",
                f"The directory ends with version {len(chain)}, and the history knows version {newest_known}: newer "
                "versions were taken away, with the keys that they revoke.",
            )
        )  # fmt: skip


def _swapped(index: int, event: str, version: int, why: str) -> Finding:
    return Finding(
        AuditCheck.DIRECTORY_SWAPPED, event, f"entry {index}",
        f"Phiên bản danh bạ {version} được công bố khác với phiên bản đang giữ.",
        f"Directory version {version}: {why}.",
    )  # fmt: skip
