"""What a verified package leaves open is said, so that nobody takes it for proven."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events.audit.log_keys import witness_name
from events.envelope import envelope_digest, parse_envelope
from events.instants import format_instant
from events.transparency.cosignature import CosignerKey
from events.transparency.policy import Policy, PolicyWitness
from events.transparency.policy_file import format_policy
from services.bench.load import PROVINCE
from services.evidence.manifest import Selection
from services.evidence.verification import Verdict, verify_package
from tests.unit.evidence.attacks import notes
from tests.unit.evidence.tampering import Members, seal, unpack
from tests.unit.evidence.town import BEGAN, Town, make_town, sign


@pytest.fixture
def town(tmp_path: Path) -> Town:
    made = make_town(tmp_path / "town")
    made.history.play(1)
    return made


def said_of(package: Path, town: Town) -> set[str]:
    with package.open("rb") as file:
        verdict: Verdict = verify_package(file, town.root)
    assert verdict.all_findings == ()
    return {remark.name for remark in verdict.all_remarks}


def said(town: Town) -> set[str]:
    town.checkpoint()
    return said_of(town.export("all.zip"), town)


def test_a_document_that_only_a_service_signed(town: Town) -> None:
    town.tell("trade", "dic")
    assert "signed-by-service" not in said(town)
    town.tell("trade", "dic", signer=town.signer("trade", "service"))
    assert "signed-by-service" in said(town)


def test_a_role_that_the_sender_does_not_hold(town: Town) -> None:
    event = town.tell("trade", "dic", logged=False)
    named = replace(parse_envelope(event.envelope), role="police")
    data, signature = sign(named, town.signer("trade"))
    assert "role-not-held" not in said(town)
    town.history.log.put(replace(event, envelope=data, signature=signature, digest=envelope_digest(data)))
    assert "role-not-held" in said(town)


def test_a_key_that_was_revoked_before_witnesses_saw_what_it_signed(town: Town) -> None:
    town.tell("trade", "dic")
    town.checkpoint()
    town.revoke("trade", "head", town.history.log.tick() + timedelta(seconds=1))
    assert "key-revoked-since" not in said(town)
    town.tell("customs", "dic")
    town.revoke("customs", "head", town.history.log.tick() + timedelta(seconds=1))
    assert "key-revoked-since" in said(town)


def test_a_policy_below_the_default(town: Town, tmp_path: Path) -> None:
    """The auditor and one accomplice: whoever makes a package can put in a policy that asks for no more."""
    town.checkpoint()
    key = CosignerKey(witness_name(PROVINCE, "customs"), town.signer("customs", "service").public_key)
    policy = format_policy(Policy((), (PolicyWitness("customs", key),), (), "customs"))
    members = unpack(town.export("all.zip"))
    assert "below-default-policy" not in said_of(
        seal(members | {"policy": policy}, town.root, tmp_path / "a.zip"), town
    )
    alone: Members = {name: with_customs_alone(note) for name, note in notes(members).items()}
    forged = seal(members | alone | {"policy": policy}, town.root, tmp_path / "b.zip")
    assert {"below-default-policy", "policy-of-the-package"} <= said_of(forged, town)


def with_customs_alone(note: bytes) -> bytes:
    text, _, lines = note.decode().partition("\n\n")
    kept = [line for line in lines.splitlines() if ".log " in line or ".customs " in line]
    return (f"{text}\n\n" + "".join(f"{line}\n" for line in kept)).encode()


def test_a_period_that_was_not_over_and_one_that_was(town: Town) -> None:
    town.checkpoint()
    since = format_instant(BEGAN + timedelta(seconds=10))

    def period(until: timedelta) -> set[str]:
        asked = Selection("period", since=since, until=format_instant(BEGAN + until))
        return said_of(town.export(f"{until.seconds}.zip", asked), town)

    assert "period-not-over" in period(timedelta(hours=20))
    assert "period-not-over" not in period(timedelta(seconds=60))
    assert "directory-may-have-newer" in period(timedelta(seconds=70))
