"""The witness policy of a network: made with it, following the directory until a person changes it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events.agency import RoleTerm
from events.audit.default_policy import default_policy
from events.audit.log_keys import AUDITOR, log_keys
from events.directory import Directory
from events.errors import DirectoryInvalid
from events.transparency.policy_file import format_policy, parse_policy
from services.auditor.witness_policy import PolicyUnreadable, load_policy, made_policy, policy_file, write_first_policy
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_change import Registrar
from tests.unit.agency.houses import NOW, PASSPHRASE


def only(directory: Directory, *agencies: str) -> Directory:
    return replace(directory, agencies={agency: directory.agencies[agency] for agency in (*agencies, AUDITOR)})


@pytest.fixture
def directory(network: Path) -> Directory:
    return DirectoryFolder.of(network).load()


def met_by(directory: Directory, *agencies: str) -> bool:
    policy = default_policy(directory, NOW)
    return policy.is_met_by({witness.key for witness in policy.witnesses if witness.name in agencies})


def test_any_three_and_the_police_always(directory: Directory) -> None:
    assert met_by(directory, "police", "customs", "dic", "vnpt")
    assert not met_by(directory, "customs", "dic", "vnpt")
    assert not met_by(directory, "police", "dic", "vnpt")


def test_where_there_are_fewer_all_of_them(directory: Directory) -> None:
    assert met_by(only(directory, "police", "dic"), "police", "dic")
    assert not met_by(only(directory, "police", "dic"), "police")
    assert met_by(only(directory, "police"), "police")
    assert met_by(only(directory, "dic", "vnpt"), "dic", "vnpt")
    assert not met_by(only(directory, "dic", "vnpt"), "dic")
    assert met_by(only(directory))


def test_every_holder_of_the_polices_role_must_have_cosigned(directory: Directory) -> None:
    vnpt = directory.agencies["vnpt"]
    two = replace(
        directory,
        agencies={
            **directory.agencies,
            "vnpt": replace(vnpt, roles=(*vnpt.roles, RoleTerm("police", NOW - timedelta(days=1)))),
        },
    )
    assert not met_by(two, "police", "customs", "dic")
    assert met_by(two, "police", "vnpt", "customs", "dic")


def test_the_log_is_the_auditors_and_the_auditor_is_no_witness(directory: Directory) -> None:
    policy = default_policy(directory, NOW)
    assert [log.key for log in policy.logs] == list(log_keys(directory))
    assert AUDITOR not in {witness.name for witness in policy.witnesses}
    assert parse_policy(format_policy(policy)) == policy
    with pytest.raises(DirectoryInvalid, match="auditor"):
        default_policy(directory, NOW + timedelta(days=365 * 50))


@pytest.fixture
def folder(network: Path, tmp_path: Path) -> Path:
    shutil.copytree(network, tmp_path / "state")
    return tmp_path / "state"


def test_it_is_made_where_there_is_none_and_kept_where_there_is(folder: Path, directory: Directory) -> None:
    assert load_policy(folder) == default_policy(directory, directory.issued_at)
    own = made_policy(directory).replace(b"quorum witnessed", b"quorum police")
    policy_file(folder).write_bytes(own)
    write_first_policy(folder, directory)
    assert load_policy(folder).quorum == "police"
    assert policy_file(folder).read_bytes() == own


def test_it_follows_the_directory_as_long_as_nobody_changed_it(folder: Path) -> None:
    """Police get new keys, and go on cosigning with the old one until their service is started again."""
    before = load_policy(folder)
    (old,) = [witness.key for witness in before.witnesses if witness.name == "police"]
    renewed = Registrar(folder).renew_keys("police", PASSPHRASE, NOW)
    after = load_policy(folder)
    assert after == default_policy(renewed, NOW)
    (group,) = [group for group in after.groups if group.name == "police"]
    keys = {witness.name: witness.key for witness in after.witnesses}
    assert old in {keys[name] for name in group.members}
    others = {keys[name] for name in ("customs", "dic", "vnpt")}
    for name in group.members:
        assert after.is_met_by({keys[name], *others})
    assert not after.is_met_by(others)


def test_one_that_a_person_changed_stays(folder: Path, directory: Directory) -> None:
    policy_file(folder).write_bytes(made_policy(directory) + b"# kept by hand\n")
    Registrar(folder).renew_keys("police", PASSPHRASE, NOW)
    load_policy(folder)
    assert policy_file(folder).read_bytes().endswith(b"# kept by hand\n")


def test_one_that_cannot_be_read_names_its_line(folder: Path, directory: Directory) -> None:
    policy_file(folder).write_bytes(made_policy(directory) + b"quorum nobody\n")
    with pytest.raises(PolicyUnreadable, match="line"):
        load_policy(folder)
