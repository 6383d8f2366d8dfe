"""Verifying a package offline, with the root key alone: the container, the manifest, the evidence, the pages.

    with open("vu-viec.zip", "rb") as file:
        verdict = verify_package(file, root)

The checks in their order, and what each rules out:

1. container: a zip file of another form (`archive`)
2. manifest: a member that was taken out, added or altered since the package was made
3. evidence: everything that `examination` lists
4. what the manifest says of the evidence: a package from which events, counts or a checkpoint were taken
5. pages: a page for reading that says something else than the evidence
6. checkpoints that the verifier knows from elsewhere: a log that showed another history there
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from events import base64url
from events.audit.finding import AuditCheck, Finding
from events.canonical import canonical_json
from events.errors import Malformed, PhoihopError
from events.note import Note, VerifierKey
from events.transparency.policy import Policy
from services.evidence.archive import LAST_MEMBER, Archive, open_archive
from services.evidence.examination import examine
from services.evidence.faults import Faults
from services.evidence.inclusion import log_members
from services.evidence.known import compare_known
from services.evidence.layout import (
    LOG_FOLDER,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    MAX_REPORT_BYTES,
    REPORT_ENGLISH,
    REPORT_HTML,
    REPORT_PDF,
    is_known,
)
from services.evidence.manifest import Manifest, parse_manifest
from services.evidence.pages import html_by, pdf_by, render_html, render_pdf
from services.evidence.verdict import Examination, Remark

Progress = Callable[[int, int], None]
"""(bytes looked at, of how many): each is looked at twice."""


@dataclass(frozen=True)
class Verdict:
    """What a package is worth. `examination` is None where it could not even be opened."""

    examination: Examination | None
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]

    @property
    def verified(self) -> bool:
        """Whether every check passed."""
        return self.examination is not None and self.examination.verified and not self.findings

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What was found of the package, and of its evidence."""
        return (*self.findings, *(() if self.examination is None else self.examination.findings))

    @property
    def all_remarks(self) -> tuple[Remark, ...]:
        """What the package does not prove."""
        return (*(() if self.examination is None else self.examination.remarks), *self.remarks)

    def to_json(self) -> dict[str, Any]:
        """The verdict as a document."""
        if self.examination is not None:
            return self.examination.to_json(self.findings, self.remarks)
        return {
            "subject": "package",
            "verified": False,
            "times_proven": False,
            "findings": [finding.to_json() for finding in self.findings],
            "findings_count": len(self.findings),
            "remarks": [],
        }


def verify_package(
    file: BinaryIO,
    root: VerifierKey,
    *,
    policy: Policy | None = None,
    authorities: tuple[bytes, ...] = (),
    known: Sequence[tuple[str, Note]] = (),
    progress: Progress = lambda _done, _of: None,
) -> Verdict:
    """Verify a package; what is wrong with it is found, not raised.

    `policy` is the verifier's own witness policy, `authorities` certificates of time-stamping authorities it trusts,
    `known` checkpoints that it has from elsewhere, each with a name to speak of it.
    """
    faults = Faults()
    try:
        archive = open_archive(file)
        manifest = parse_manifest(archive.read(MANIFEST, MAX_MANIFEST_BYTES))
    except Malformed as error:
        faults.add(
            AuditCheck.FORM, "",
            "tệp này không phải là gói chứng cứ đúng khuôn dạng", f"this file is not of a package's form: {error}",
        )  # fmt: skip
        return Verdict(None, tuple(faults.found), ())
    check_members(archive, manifest, faults, progress)
    total = archive.size
    examination = examine(
        archive, root, manifest.selection, policy=policy, authorities=authorities,
        progress=lambda done: progress(total + done, 2 * total),
    )  # fmt: skip
    _compare(manifest, examination, faults)
    made = examination if policy is None and not authorities else examine(archive, root, manifest.selection)
    remarks = _check_pages(archive, manifest, made, faults)
    remarks += compare_known(known, archive, examination, faults)
    return Verdict(examination, tuple(faults.found), tuple(remarks))


def check_members(
    archive: Archive, manifest: Manifest, faults: Faults, progress: Progress = lambda _done, _of: None
) -> None:
    """Hold the members against those that the manifest lists."""
    listed = manifest.members.keys() | {LAST_MEMBER}
    for name in sorted(listed - archive.members.keys()):
        faults.add(
            AuditCheck.TRIMMED, name,
            "thiếu một tệp mà bản kê của gói có ghi", "a member that the manifest lists is missing",
        )  # fmt: skip
    if sorted(listed) == sorted(archive.members) and [*manifest.members, LAST_MEMBER] != list(archive.members):
        faults.add(
            AuditCheck.FORM, LAST_MEMBER,
            "bản kê ghi các tệp theo thứ tự khác", "the manifest lists the members in another order",
        )  # fmt: skip
    log = log_members(manifest.tree.size) if manifest.selection.kind == "all" else set()
    total = archive.size
    done = 0
    for name, member in archive.members.items():
        if name not in listed or not (is_known(name) or name in log):
            faults.add(
                AuditCheck.FORM, name, "tệp này không thuộc gói", "this member does not belong to the package",
            )  # fmt: skip
        try:
            digest = sha256()
            for piece in archive.chunks(name):
                digest.update(piece)
                done += len(piece)
                progress(done, 2 * total)
        except Malformed as error:
            faults.add(AuditCheck.FORM, name, "tệp bị hỏng", str(error))
            continue
        if name == LAST_MEMBER or name not in listed:
            continue
        if manifest.members[name] != (member.size, base64url.encode(digest.digest())):
            check = AuditCheck.LOG_TAMPERED if name.startswith(LOG_FOLDER) else AuditCheck.FORM
            faults.add(
                check, name,
                "tệp không còn như bản kê của gói đã ghi", "the member is not the one that the manifest lists",
            )  # fmt: skip


def _compare(manifest: Manifest, examination: Examination, faults: Faults) -> None:
    if manifest.province != examination.province:
        faults.add(
            AuditCheck.DIRECTORY_SWAPPED, MANIFEST,
            f"gói của {manifest.province}, khóa gốc của {examination.province}",
            f"the package is of {manifest.province}, the root key of {examination.province}",
        )  # fmt: skip
    newest = examination.trees.newest
    if newest is not None:
        tree, checkpoint = manifest.tree, newest.checkpoint
        if (tree.origin, tree.size, tree.root) != (checkpoint.origin, checkpoint.size, checkpoint.root):
            faults.add(
                AuditCheck.LOG_ROLLED_BACK if checkpoint.size < tree.size else AuditCheck.TRIMMED, MANIFEST,
                f"bản kê nói sổ có {tree.size} mục, điểm kiểm tra mới nhất của gói có {checkpoint.size}",
                f"the manifest speaks of a tree of {tree.size} entries, the package's newest checkpoint is of "
                f"{checkpoint.size}",
            )  # fmt: skip
    said, found = dict(manifest.inventory), examination.inventory.to_json()
    if canonical_json(said) != canonical_json(found):  # values alone are not enough: JSON's true is equal to 1 here
        differing = sorted(name for name in said.keys() | found.keys() if said.get(name) != found.get(name))
        faults.add(
            AuditCheck.TRIMMED, MANIFEST,
            f"bản kê không khớp với các văn bản trong gói: {', '.join(differing)}",
            f"the manifest does not agree with the events of the package: {', '.join(differing)}",
        )  # fmt: skip


def _check_pages(archive: Archive, manifest: Manifest, made: Examination, faults: Faults) -> list[Remark]:
    """Hold the pages against those that follow from the evidence; gives a remark for each that cannot be compared."""
    remarks = []
    pages: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        (REPORT_ENGLISH, manifest.html_by, html_by(), lambda: render_html(made, "en")),
        (REPORT_HTML, manifest.html_by, html_by(), lambda: render_html(made)),
        (REPORT_PDF, manifest.pdf_by, pdf_by(), lambda: render_pdf(made)),
    )
    for name, made_by, own, render in pages:
        if made_by != own:
            remarks.append(
                Remark(
                    "page-not-compared",
                    f"{name} do một phiên bản khác lập nên không so được với chứng cứ: đừng dựa vào trang ấy",
                    f"{name} was made by another edition and cannot be compared with the evidence: do not rely on it",
                )
            )
            continue
        try:
            same = archive.read(name, MAX_REPORT_BYTES) == render()
        except PhoihopError as error:
            faults.add(AuditCheck.PAGE, name, "thiếu trang để đọc", f"the page for reading is not there: {error}")
            continue
        if not same:
            faults.add(
                AuditCheck.PAGE, name,
                "trang để đọc không nói đúng những gì chứng cứ trong gói cho thấy",
                "the page for reading does not say what the package's evidence shows",
            )  # fmt: skip
    return remarks
