"""Whatever is done to an evidence package is found, by its name; and by a replay, where it holds everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.audit.finding import AuditCheck
from events.note import parse_verifier_key
from services.audit.package_source import PackagePartial, PackageUnreadable, unpack
from services.audit.replay import replay
from services.evidence.archive import open_archive
from services.evidence.layout import MANIFEST, MAX_MANIFEST_BYTES, checkpoint_size
from services.evidence.manifest import parse_manifest
from services.evidence.verification import Verdict, verify_package
from tests.unit.evidence.attacks import PAGE_ATTACK, Attack, Scene, root_key
from tests.unit.evidence.attacks_by_hand import ATTACKS
from tests.unit.evidence.town import Town, told_town

NOT_OF_A_REPLAY = {
    "dated after it was stored",  # nobody admitted it: for a replay, which knows the receipts, the rule was kept
    "proofs in a package of everything, where nobody would check them",  # it makes the tree again, and needs no proofs
    "consistency proofs parted by another newline",
    "consistency proofs that stand twice",
}


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town that no attack changes."""
    return told_town(tmp_path_factory.mktemp("town"))


def verdict_over(package: Path, root: str) -> Verdict:
    with package.open("rb") as file:
        return verify_package(file, parse_verifier_key(root))


def replay_finds(package: Path, root: str, place: Path) -> set[str]:
    """The checks that a replay of the package finds; those that the towns of these tests fail anyway are left out."""
    place.mkdir()
    key = parse_verifier_key(root)
    unpacked = unpack(package, key, place)
    verdict = replay(unpacked.source, key, processes=0).with_findings(unpacked.findings)
    return verdict.by_check.keys() - {AuditCheck.REGISTER.value, AuditCheck.UNRECEIPTED.value}


@pytest.mark.parametrize("attack", [*ATTACKS, PAGE_ATTACK], ids=str)
def test_an_attack_is_found_by_its_name(attack: Attack, town: Town, tmp_path: Path) -> None:
    scene = Scene(town, tmp_path)
    package = attack.make(scene)
    verdict = verdict_over(package, root_key(scene))
    assert not verdict.verified
    assert attack.check in {finding.check for finding in verdict.all_findings}
    for finding in verdict.all_findings:
        assert finding.explanation_vi
        assert finding.explanation_en
        assert finding.explanation_vi != finding.explanation_en
    if attack.name in NOT_OF_A_REPLAY:
        return
    try:
        assert replay_finds(package, root_key(scene), tmp_path / "unpacked")
    except PackageUnreadable:
        assert attack.check is AuditCheck.FORM
    except PackagePartial:
        with package.open("rb") as file:
            manifest = parse_manifest(open_archive(file).read(MANIFEST, MAX_MANIFEST_BYTES))
        assert manifest.selection.kind != "all"


def test_the_untouched_package_of_each_kind_is_verified(town: Town, tmp_path: Path) -> None:
    scene = Scene(town, tmp_path)
    for selection in (scene.case(), scene.period(), None):
        package = scene.sealed(scene.members(selection))
        assert verdict_over(package, root_key(scene)).all_findings == ()
    everything = scene.sealed(scene.members())
    assert replay_finds(everything, root_key(scene), tmp_path / "unpacked") == set()


def test_a_replay_takes_no_event_that_no_checkpoint_of_the_package_covers(town: Town, tmp_path: Path) -> None:
    """The auditor's ledger may be ahead of its checkpoints; a package is everything under one."""
    scene = Scene(town, tmp_path)
    members = scene.members()
    newest = max(
        (name for name in members if checkpoint_size(name) is not None), key=lambda name: checkpoint_size(name) or 0
    )
    del members[newest]
    found = replay_finds(scene.sealed(members), root_key(scene), tmp_path / "sealed")
    assert AuditCheck.LOG_ROLLED_BACK.value in found
    found = replay_finds(scene.packed(members), root_key(scene), tmp_path / "packed")
    assert {AuditCheck.TRIMMED.value, AuditCheck.LOG_ROLLED_BACK.value} <= found


def test_every_check_that_a_package_can_fail_is_attacked() -> None:
    elsewhere = {
        AuditCheck.ADDRESS,  # the broker's subject: the auditor's intake
        AuditCheck.ROLE, AuditCheck.RULE, AuditCheck.REGISTER, AuditCheck.VIEW_DIFFERS,  # the replay of the ledger
        AuditCheck.UNRECEIPTED,  # a remark of a package: nobody can prove that there is no receipt
    }  # fmt: skip
    assert {attack.check for attack in [*ATTACKS, PAGE_ATTACK]} == set(AuditCheck) - elsewhere
