"""Whatever is done to an evidence package is found, by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.audit.finding import AuditCheck
from events.note import parse_verifier_key
from services.evidence.verification import Verdict, verify_package
from tests.unit.evidence.attacks import ATTACKS, PAGE_ATTACK, Attack, Scene, root_key
from tests.unit.evidence.town import Town, told_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town that no attack changes."""
    return told_town(tmp_path_factory.mktemp("town"))


def verdict_over(package: Path, root: str) -> Verdict:
    with package.open("rb") as file:
        return verify_package(file, parse_verifier_key(root))


@pytest.mark.parametrize("attack", [*ATTACKS, PAGE_ATTACK], ids=str)
def test_an_attack_is_found_by_its_name(attack: Attack, town: Town, tmp_path: Path) -> None:
    scene = Scene(town, tmp_path)
    verdict = verdict_over(attack.make(scene), root_key(scene))
    assert not verdict.verified
    assert attack.check in {finding.check for finding in verdict.all_findings}
    for finding in verdict.all_findings:
        assert finding.explanation_vi
        assert finding.explanation_en
        assert finding.explanation_vi != finding.explanation_en


def test_the_untouched_package_of_each_kind_is_verified(town: Town, tmp_path: Path) -> None:
    scene = Scene(town, tmp_path)
    for selection in (scene.case(), scene.period(), None):
        package = scene.sealed(scene.members(selection))
        assert verdict_over(package, root_key(scene)).all_findings == ()


def test_every_check_that_a_package_can_fail_is_attacked() -> None:
    elsewhere = {
        AuditCheck.ADDRESS,  # the broker's subject: the auditor's intake
        AuditCheck.ROLE, AuditCheck.RULE, AuditCheck.REGISTER, AuditCheck.VIEW_DIFFERS,  # the replay of the ledger
        AuditCheck.UNRECEIPTED,  # a remark of a package: nobody can prove that there is no receipt
    }  # fmt: skip
    assert {attack.check for attack in [*ATTACKS, PAGE_ATTACK]} == set(AuditCheck) - elsewhere
