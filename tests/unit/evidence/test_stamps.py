"""RFC 3161 time-stamps in a package, by `openssl ts` as the authority."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from events.audit.finding import AuditCheck
from events.errors import Malformed
from events.instants import format_instant
from services.auditor.checkpoints import Checkpoints
from services.evidence.stamps import load_certificate
from services.evidence.verification import Verdict, verify_package
from tests.unit.auditor.test_timestamps import OPENSSL, make_authority, reply
from tests.unit.evidence.tampering import seal, unpack
from tests.unit.evidence.town import Town, told_town

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl, which plays the authority, is not on this machine")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def stamped(tmp_path_factory: pytest.TempPathFactory, authority: Path) -> Town:
    """A town whose first checkpoint was stamped."""
    town = told_town(tmp_path_factory.mktemp("stamped"))
    checkpoints = Checkpoints(town.ledger)
    size = checkpoints.sizes()[0]
    note = checkpoints.note(size)
    assert note is not None
    values = (size, "http://tsa.example", stamp(authority, note.text), format_instant(datetime.now(UTC)))
    with town.ledger.commit():
        town.ledger.connection.execute("INSERT INTO timestamps VALUES (?,?,?,?)", values)
    return town


def stamp(authority: Path, text: str) -> bytes:
    request = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA512).build()
    return reply(authority, request.as_bytes())


def verdict_over(package: Path, town: Town, *certificates: bytes) -> Verdict:
    with package.open("rb") as file:
        return verify_package(file, town.root, authorities=certificates)


def test_a_stamp_of_a_trusted_authority_dates_what_it_covers(stamped: Town, authority: Path) -> None:
    package = stamped.export("stamped.zip")
    verdict = verdict_over(package, stamped, (authority / "root.pem").read_bytes())
    assert verdict.all_findings == ()
    assert verdict.examination is not None
    (found,) = verdict.examination.stamps
    assert found.trusted
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=2)
    dated = [each for each in verdict.examination.deliveries if each.stamped_at is not None]
    assert dated
    assert all(each.index < found.size for each in dated)
    assert any(each.stamped_at is None for each in verdict.examination.deliveries)


def test_without_the_certificate_it_is_shown_and_not_believed(stamped: Town) -> None:
    verdict = verdict_over(stamped.export("stamped.zip"), stamped)
    assert verdict.verified
    assert verdict.examination is not None
    assert [found.trusted for found in verdict.examination.stamps] == [False]
    assert all(each.stamped_at is None for each in verdict.examination.deliveries)
    assert "timestamps-not-checked" in {remark.name for remark in verdict.all_remarks}, "the page shows what it claims"


def test_a_stamp_of_another_authority_is_refused(stamped: Town, tmp_path: Path) -> None:
    other = make_authority(tmp_path / "other")
    verdict = verdict_over(stamped.export("stamped.zip"), stamped, (other / "root.pem").read_bytes())
    assert [finding.check for finding in verdict.all_findings] == [AuditCheck.CHECKPOINT_UNSIGNED]


@pytest.mark.parametrize("what", ["another checkpoint", "not a response"])
def test_a_stamp_over_something_else_is_refused(stamped: Town, authority: Path, tmp_path: Path, what: str) -> None:
    members = unpack(stamped.export("stamped.zip"))
    name = next(name for name in members if name.endswith(".tsr"))
    members[name] = stamp(authority, "another text\n") if what == "another checkpoint" else b"0\x00"
    verdict = verdict_over(seal(members, stamped.root, tmp_path / "forged.zip"), stamped)
    assert [finding.check for finding in verdict.all_findings] == [AuditCheck.CHECKPOINT_UNSIGNED]


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(Malformed, match=r"no X\.509 certificate"):
        load_certificate(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
