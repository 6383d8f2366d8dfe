"""The directory's versions from their files, held against a root key that the verifier brought along."""

from __future__ import annotations

from pathlib import Path

from events.directory import Directory, parse_directory
from events.errors import DirectoryInvalid
from events.note import VerifierKey
from events.succession import check_succession
from services.identity.layout import directory_folder
from services.verify.verdict import Finding, FindingKind


def read_directory_chain(folder: Path, root: VerifierKey) -> tuple[tuple[Directory, ...], list[Finding]]:
    """Every version under a state folder, and what is wrong with them.

    The chain ends before the first version at fault: what follows it cannot be believed.
    """
    chain: list[Directory] = []
    findings: list[Finding] = []
    for file in sorted(directory_folder(folder).glob("*.note")):
        try:
            chain.append(_next_version(file, root, chain[-1] if chain else None))
        except (DirectoryInvalid, OSError, ValueError) as error:
            findings.append(Finding(FindingKind.DIRECTORY, "directory", f"{file.name}: {error}"))
            break
    if not chain and not findings:
        findings.append(Finding(FindingKind.DIRECTORY, "directory", f"no version is in {directory_folder(folder)}"))
    return tuple(chain), findings


def _next_version(file: Path, root: VerifierKey, before: Directory | None) -> Directory:
    version = parse_directory(file.read_bytes(), root)
    if version.version != int(file.stem):
        raise DirectoryInvalid(f"it holds version {version.version}")
    if before is not None:
        check_succession(before, version)
    elif version.version != 1:
        raise DirectoryInvalid("version 1 is missing, so nothing says where this one comes from")
    return version
