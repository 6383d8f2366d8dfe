"""Setting up a province and changing its directory while it runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.directory import Directory
from events.errors import DirectoryInvalid
from events.key_standing import KeyStanding, key_standing
from services.identity.directory_folder import DirectoryFolder
from services.identity.errors import (
    ChangeImpossible,
    KeyFileDamaged,
    KeyFileExists,
    KeyFileMissing,
    KeyFileOpenToOthers,
    NetworkExists,
    PassphraseWrong,
)
from services.identity.layout import key_file
from services.identity.network_change import Registrar
from services.identity.network_init import init_province
from services.identity.signer import FileSigner
from services.provinces import AgencyEntry, ProvinceFile
from tests.unit.identity.conftest import NOW, PASSPHRASE, POLICY, ROOT_PASSPHRASE, entry

LATER = NOW + timedelta(days=30)


@pytest.fixture
def registrar(folder: Path, network: Directory) -> Registrar:
    return Registrar(folder, ROOT_PASSPHRASE)


def customs() -> AgencyEntry:
    return AgencyEntry.model_validate(entry("customs", "HQ"))


def test_every_signatory_gets_a_key_that_the_directory_lists(folder: Path, network: Directory) -> None:
    for agency in ("police", "dic"):
        for capacity in ("head", "deputy", "service"):
            signer = FileSigner.of(folder, agency, capacity)
            assert signer.locked == (capacity != "service")
            listed = network.key(signer.kid)
            assert listed is not None
            assert (listed.agency, listed.capacity, listed.public_key) == (agency, capacity, signer.public_key)
            assert listed.not_after - listed.not_before == POLICY.validity
            signer.unlock(PASSPHRASE)
    assert network.version == 1
    assert network.clock == "real"


def test_roles_begin_at_midnight_in_vietnam(network: Directory) -> None:
    begin = datetime(2008, 7, 26, 17, 0, tzinfo=UTC)
    assert network.roles_of("police", begin) == {"police"}
    assert network.roles_of("police", begin - timedelta(milliseconds=1)) == frozenset()


def test_a_second_set_up_in_the_same_folder_is_refused(
    folder: Path, network: Directory, province: ProvinceFile
) -> None:
    with pytest.raises(NetworkExists, match="lao-cai, directory version 1"):
        init_province(folder, province, passphrase_for=lambda _: PASSPHRASE, clock="real", now=NOW, policy=POLICY)


def test_a_set_up_of_some_agencies_tells_of_its_progress(folder: Path, province: ProvinceFile) -> None:
    told: list[tuple[str, int, int]] = []
    directory = init_province(
        folder,
        province,
        passphrase_for=lambda _: PASSPHRASE,
        clock="simulated",
        now=NOW,
        policy=POLICY,
        agencies=["dic"],
        progress=lambda *step: told.append(step),
    )
    assert list(directory.agencies) == ["dic"]
    assert directory.simulated
    assert told == [("dic", 1, 1)]


def test_an_agency_that_the_province_does_not_have_is_named(folder: Path, province: ProvinceFile) -> None:
    with pytest.raises(ChangeImpossible, match="no agency navy"):
        init_province(
            folder,
            province,
            passphrase_for=lambda _: PASSPHRASE,
            clock="real",
            now=NOW,
            policy=POLICY,
            agencies=["dic", "navy"],
        )
    assert not folder.exists()


def interrupted(folder: Path, province: ProvinceFile, first: str | None, second: str | None) -> Directory:
    """A set-up that is broken off after one agency and run again, with these passphrases."""

    def stop(agency: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        init_province(
            folder, province, passphrase_for=lambda _: first, clock="real", now=NOW, policy=POLICY, progress=stop
        )
    return init_province(folder, province, passphrase_for=lambda _: second, clock="real", now=NOW, policy=POLICY)


def test_an_interrupted_set_up_goes_on_with_the_keys_that_are_there(folder: Path, province: ProvinceFile) -> None:
    directory = interrupted(folder, province, PASSPHRASE, PASSPHRASE)
    assert directory.key(FileSigner.of(folder, "police", "head").kid) is not None
    assert len(directory.agencies) == 2


@pytest.mark.parametrize(
    ("first", "second"), [(PASSPHRASE, "another passphrase"), (PASSPHRASE, None), (None, PASSPHRASE)]
)
def test_a_left_over_key_that_wants_another_passphrase_is_kept_and_named(
    folder: Path, province: ProvinceFile, first: str | None, second: str | None
) -> None:
    with pytest.raises(KeyFileExists, match=r"head\.key"):
        interrupted(folder, province, first, second)
    FileSigner.of(folder, "police", "head").unlock(first)
    assert DirectoryFolder.of(folder).newest_version() == 0


def test_somebody_elses_key_file_is_not_listed(folder: Path, province: ProvinceFile, network: Directory) -> None:
    foreign = folder.parent / "second"
    target = key_file(foreign, "dic", "service")
    target.parent.mkdir(parents=True)
    key_file(folder, "police", "service").rename(target)
    with pytest.raises(KeyFileDamaged, match="of somebody else"):
        init_province(foreign, province, passphrase_for=lambda _: PASSPHRASE, clock="real", now=NOW, policy=POLICY)


def test_an_agency_joins(folder: Path, registrar: Registrar, network: Directory) -> None:
    directory = registrar.add_agency(customs(), PASSPHRASE, LATER, POLICY)
    assert (directory.version, directory.previous) == (2, network.digest)
    assert directory.key(FileSigner.of(folder, "customs", "service").kid) is not None
    assert DirectoryFolder.of(folder).load() == directory
    with pytest.raises(ChangeImpossible, match="lists it already"):
        registrar.add_agency(customs(), PASSPHRASE, LATER, POLICY)


def test_a_revoked_agency_is_believed_before_and_not_after(
    folder: Path, registrar: Registrar, network: Directory
) -> None:
    directory = registrar.revoke_agency("police", at=LATER, now=LATER)
    for capacity in ("head", "deputy", "service"):
        key = directory.key(FileSigner.of(folder, "police", capacity).kid)
        assert key is not None
        before, after = LATER - timedelta(seconds=1), LATER + timedelta(seconds=1)
        assert key_standing(key, at=before, arrived=before, now=after) is KeyStanding.VALID
        assert key_standing(key, at=before, arrived=after, now=after) is KeyStanding.REVOKED
    others = directory.key(FileSigner.of(folder, "dic", "head").kid)
    assert others is not None
    assert others.revoked_at is None
    with pytest.raises(ChangeImpossible, match="revoked already"):
        registrar.revoke_agency("police", at=LATER, now=LATER)


def test_one_key_is_revoked_and_can_be_found_stolen_earlier(folder: Path, registrar: Registrar) -> None:
    kid = FileSigner.of(folder, "police", "deputy").kid
    registrar.revoke_keys([kid], at=LATER, now=LATER)
    directory = registrar.revoke_keys([kid], at=LATER - timedelta(days=1), now=LATER)
    key = directory.key(kid)
    assert key is not None
    assert key.revoked_at is not None
    assert key.revoked_at < LATER - timedelta(hours=23)
    later_again = registrar.revoke_keys([kid], at=LATER, now=LATER).key(kid)
    assert later_again == key


def test_new_keys_are_listed_beside_the_old_and_sign_from_then_on(
    folder: Path, registrar: Registrar, network: Directory
) -> None:
    old = FileSigner.of(folder, "police", "head").kid
    directory = registrar.renew_keys("police", "an entirely new one", LATER, POLICY)
    new = FileSigner.of(folder, "police", "head")
    assert new.kid != old
    assert directory.key(old) == network.key(old)
    listed = directory.key(new.kid)
    assert listed is not None
    assert listed.not_before >= LATER - timedelta(milliseconds=1)
    new.unlock("an entirely new one")


def test_a_renewal_that_was_broken_off_after_signing_is_finished(
    folder: Path, registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(old: Path, new: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("services.identity.network_change.rename_file", crash)
        with pytest.raises(KeyboardInterrupt):
            registrar.renew_keys("police", PASSPHRASE, LATER, POLICY)
    waiting = sorted(file.name for file in key_file(folder, "police", "head").parent.glob("*.next.key"))
    assert waiting == ["deputy.next.key", "head.next.key", "service.next.key"]
    directory = Registrar(folder, ROOT_PASSPHRASE).renew_keys("police", PASSPHRASE, LATER, POLICY)
    assert directory.version == 2
    assert list(key_file(folder, "police", "head").parent.glob("*.next.key")) == []
    assert directory.key(FileSigner.of(folder, "police", "head").kid) is not None


def test_a_renewal_that_was_broken_off_goes_on_with_its_own_passphrase_alone(
    folder: Path, registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_self: Registrar, _change: object, _now: datetime) -> Directory:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Registrar, "_publish", crash)
        with pytest.raises(KeyboardInterrupt):
            registrar.renew_keys("police", PASSPHRASE, LATER, POLICY)
    with pytest.raises(KeyFileExists, match="passphrase it was made with"):
        registrar.renew_keys("police", "another that was typed later", LATER, POLICY)
    assert registrar.directories.load().version == 1
    assert registrar.renew_keys("police", PASSPHRASE, LATER, POLICY).version == 2
    FileSigner.of(folder, "police", "head").unlock(PASSPHRASE)


def test_a_role_moves_to_another_agency(registrar: Registrar) -> None:
    day = LATER + timedelta(days=1)
    registrar.end_role("police", "police", until=day, now=LATER)
    directory = registrar.grant_role("dic", "police", since=day, now=LATER)
    assert directory.agencies_with_role("police", day - timedelta(seconds=1)) == ("police",)
    assert directory.agencies_with_role("police", day + timedelta(seconds=1)) == ("dic",)


def test_a_role_is_not_ended_in_the_past(registrar: Registrar) -> None:
    with pytest.raises(DirectoryInvalid, match="judged already"):
        registrar.end_role("police", "police", until=NOW, now=LATER)


def test_changes_that_cannot_be_meant_are_refused(registrar: Registrar) -> None:
    with pytest.raises(ChangeImpossible, match="no agency navy"):
        registrar.revoke_agency("navy", at=LATER, now=LATER)
    with pytest.raises(ChangeImpossible, match="no key lao-cai/navy"):
        registrar.revoke_keys(["lao-cai/navy/head/AAAAAAAAAAAAAAAA"], at=LATER, now=LATER)
    with pytest.raises(ChangeImpossible, match="no term"):
        registrar.end_role("police", "customs", until=LATER, now=LATER)
    with pytest.raises(ChangeImpossible, match="Set the clock right"):
        registrar.end_role("police", "police", until=LATER, now=NOW - timedelta(days=1))
    assert registrar.directories.newest_version() == 1


def test_the_root_key_is_needed_unlocked_private_and_the_right_one(folder: Path, network: Directory) -> None:
    with pytest.raises(PassphraseWrong):
        Registrar(folder, "not this one")
    root = DirectoryFolder.of(folder).root_key_file
    root.chmod(0o644)
    with pytest.raises(KeyFileOpenToOthers):
        Registrar(folder, ROOT_PASSPHRASE)
    root.unlink()
    with pytest.raises(KeyFileMissing):
        Registrar(folder, ROOT_PASSPHRASE)
    key_file(folder, "police", "service").rename(root)
    with pytest.raises(ChangeImpossible, match=r"not the private key of root\.vkey"):
        Registrar(folder, ROOT_PASSPHRASE)
