"""The directory in a package: every version from the first on, signed by the root key, each following the last."""

from __future__ import annotations

from events.audit.finding import AuditCheck
from events.directory import Directory, parse_directory
from events.errors import DirectoryInvalid
from events.note import VerifierKey
from events.succession import check_succession
from services.evidence.archive import Archive
from services.evidence.faults import Faults
from services.evidence.layout import MAX_NOTE_BYTES, directory_member, directory_version


def read_directories(archive: Archive, root: VerifierKey, faults: Faults) -> tuple[Directory, ...]:
    """The versions up to the first that is at fault; what follows that one cannot be believed."""
    chain: list[Directory] = []
    versions = [version for name in archive.members if (version := directory_version(name)) is not None]
    for version in sorted(versions):
        name = directory_member(version)
        try:
            chain.append(_next(archive, version, root, chain[-1] if chain else None))
        except DirectoryInvalid as error:
            faults.add(
                AuditCheck.DIRECTORY_SWAPPED,
                name,
                f"phiên bản {version} của danh bạ không đáng tin: không do khóa gốc đã cho ký, hoặc không nối tiếp "
                "phiên bản trước",
                f"version {version} of the directory cannot be believed: {error}",
            )
            break
    if not versions:
        faults.add(
            AuditCheck.DIRECTORY_SWAPPED, "directory/",
            "gói không có danh bạ nào", "the package holds no version of the directory",
        )  # fmt: skip
    return tuple(chain)


def _next(archive: Archive, version: int, root: VerifierKey, before: Directory | None) -> Directory:
    directory = parse_directory(archive.read(directory_member(version), MAX_NOTE_BYTES), root)
    wanted = 1 if before is None else before.version + 1
    if directory.version != version or version != wanted:
        raise DirectoryInvalid(f"version {directory.version} stands where version {wanted} is wanted")
    if before is not None:
        check_succession(before, directory)
    return directory
