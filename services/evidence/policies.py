"""Whose word is asked for: the verifier's own policy, the package's, or the one that follows from the directory."""

from __future__ import annotations

from typing import NamedTuple

from events.audit.default_policy import default_policy
from events.audit.finding import AuditCheck
from events.audit.log_keys import AUDITOR, witness_keys
from events.directory import Directory
from events.errors import DirectoryInvalid, PhoihopError
from events.transparency.policy import NO_QUORUM, Policy
from events.transparency.policy_file import parse_policy
from services.evidence.archive import Archive
from services.evidence.faults import Faults
from services.evidence.layout import CHECKPOINT_FOLDER, MAX_POLICY_BYTES, POLICY
from services.evidence.trees import Trees


class Applied(NamedTuple):
    """The policy that is applied, and whose it is: `given`, `package` or `default`."""

    policy: Policy
    whose: str


def apply_policy(archive: Archive, directory: Directory, given: Policy | None, faults: Faults) -> Applied:
    """The policy to apply. A package's own counts only if it asks for somebody, and for agencies of the directory."""
    if given is not None:
        return Applied(given, "given")
    if POLICY in archive:
        try:
            policy = parse_policy(archive.read(POLICY, MAX_POLICY_BYTES))
            stranger = _stranger(policy, directory)
            problem = f"its witness {stranger} is no agency of the directory" if stranger is not None else ""
        except PhoihopError as error:
            policy, problem = None, str(error)
        if policy is not None and not problem and policy.quorum != NO_QUORUM:
            return Applied(policy, "package")
        if problem:
            faults.add(
                AuditCheck.COSIGNATURES_MISSING, POLICY,
                "chính sách đồng ký trong gói không dùng được",
                f"the package's witness policy cannot be used: {problem}",
            )  # fmt: skip
    return Applied(_default(directory), "default")


def judge_newest(trees: Trees, policy: Policy, faults: Faults) -> None:
    """Whether there is a checkpoint to prove into, cosigned as the policy asks."""
    newest = trees.newest
    if newest is None:
        faults.add(
            AuditCheck.CHECKPOINT_UNSIGNED, CHECKPOINT_FOLDER,
            "gói không có điểm kiểm tra hợp lệ nào", "the package holds no checkpoint that the log signed",
        )  # fmt: skip
    elif newest.witnessed_at is None:
        lacking = policy.explain_unmet({each.cosigner for each in newest.cosignatures})
        faults.add(
            AuditCheck.COSIGNATURES_MISSING, f"{CHECKPOINT_FOLDER}{newest.checkpoint.size}.note",
            "điểm kiểm tra chưa được đủ cơ quan đồng ký theo chính sách",
            f"the checkpoint is not cosigned as the policy asks: {lacking}",
        )  # fmt: skip


def is_below_default(trees: Trees, directory: Directory) -> bool:
    """Whether the newest checkpoint is not cosigned as the default policy asks."""
    return trees.newest is not None and _default(directory).met_at_seconds(trees.newest.cosignatures) is None


def _default(directory: Directory) -> Policy:
    try:
        return default_policy(directory, directory.issued_at)
    except DirectoryInvalid:
        return Policy((), (), (), NO_QUORUM)


def _stranger(policy: Policy, directory: Directory) -> str | None:
    known = {key for agency in directory.agencies if agency != AUDITOR for key in witness_keys(directory, agency)}
    return next((witness.name for witness in policy.witnesses if witness.key not in known), None)
