"""The directory's folder: what is added, what is refused, and that a folder is verified from its first version on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events.directory import Directory, sign_directory
from events.errors import DirectoryInvalid
from events.succession import DirectoryOlder, DirectorySkips
from services.identity.directory_folder import DirectoryFolder
from services.identity.errors import DirectoryMissing
from services.identity.keyfiles import read_key_file
from services.identity.network_change import Registrar
from services.identity.network_init import init_province
from services.identity.signer import FileSigner
from services.provinces import ProvinceFile
from tests.unit.identity.conftest import NOW, PASSPHRASE, POLICY, ROOT_PASSPHRASE

Note = Callable[[Directory], str]
DAY = timedelta(days=1)


@pytest.fixture
def store(folder: Path, network: Directory) -> DirectoryFolder:
    return DirectoryFolder.of(folder)


@pytest.fixture
def note(store: DirectoryFolder) -> Note:
    signer = FileSigner(read_key_file(store.root_key_file))
    signer.unlock(ROOT_PASSPHRASE)
    return lambda directory: sign_directory(directory, store.root, signer.sign)


def after(old: Directory, **changes: Any) -> Directory:
    frame: dict[str, Any] = {"version": old.version + 1, "previous": old.digest, "issued_at": old.issued_at + DAY}
    return replace(old, **(frame | changes))


def test_an_empty_folder_says_how_to_make_a_directory(tmp_path: Path) -> None:
    empty = DirectoryFolder.of(tmp_path)
    assert empty.newest_version() == 0
    with pytest.raises(DirectoryMissing, match="phoihop init"):
        empty.load()
    with pytest.raises(DirectoryMissing):
        _ = empty.root


def test_versions_are_stored_as_signed_and_loaded_in_their_chain(
    store: DirectoryFolder, network: Directory, note: Note
) -> None:
    second = after(network)
    text = note(second)
    assert store.store(text) == second
    again = DirectoryFolder(store.path)
    assert again.newest_version() == 2
    assert again.note(2) == text
    assert again.chain() == (network, second)
    assert again.load() == second


def test_a_running_service_sees_a_version_that_another_process_stored(
    store: DirectoryFolder, network: Directory, note: Note
) -> None:
    reader = DirectoryFolder(store.path)
    assert reader.load() == network
    store.store(note(after(network)))
    assert reader.load().version == 2


def test_the_newest_version_again_is_no_news(store: DirectoryFolder, network: Directory) -> None:
    assert store.store(store.note(1)) == network
    assert store.newest_version() == 1


def test_an_older_version_is_refused(store: DirectoryFolder, network: Directory, note: Note) -> None:
    store.store(note(after(network)))
    with pytest.raises(DirectoryOlder, match="version 1 is not newer than version 2"):
        store.store(store.note(1))


def test_a_version_that_skips_one_is_refused_until_that_one_is_there(
    store: DirectoryFolder, network: Directory, note: Note
) -> None:
    second = after(network)
    third = after(second)
    with pytest.raises(DirectorySkips):
        store.store(note(third))
    store.store(note(second))
    assert store.store(note(third)) == third


def test_a_changed_clock_flag_is_refused(store: DirectoryFolder, network: Directory, note: Note) -> None:
    with pytest.raises(DirectoryInvalid, match="changes clock"):
        store.store(note(after(network, clock="simulated")))
    assert store.newest_version() == 1


def test_a_file_that_does_not_follow_the_one_before_is_named(
    store: DirectoryFolder, network: Directory, note: Note
) -> None:
    (store.path / "000002.note").write_text(note(after(network, clock="simulated")))
    with pytest.raises(DirectoryInvalid, match=r"000002\.note: version 2 changes clock"):
        DirectoryFolder(store.path).load()


def test_a_fork_is_refused_and_what_is_held_stays(store: DirectoryFolder, network: Directory, note: Note) -> None:
    held = store.store(note(after(network)))
    with pytest.raises(DirectoryInvalid, match="signed one number twice"):
        store.store(note(after(network, name="Tỉnh khác")))
    assert store.load() == held


def test_a_tampered_file_is_named(store: DirectoryFolder, network: Directory) -> None:
    file = store.path / "000001.note"
    file.write_text(file.read_text().replace("Giám đốc", "Giám Đốc"))
    with pytest.raises(DirectoryInvalid, match=r"000001\.note: the directory's signature is wrong"):
        DirectoryFolder(store.path).load()


def test_a_version_that_is_lacking_in_the_middle_is_named(
    store: DirectoryFolder, network: Directory, note: Note
) -> None:
    second = after(network)
    store.store(note(second))
    store.store(note(after(second)))
    (store.path / "000002.note").unlink()
    with pytest.raises(DirectoryMissing, match=r"000002\.note"):
        DirectoryFolder(store.path).load()


def test_a_note_under_another_number_is_named(store: DirectoryFolder, network: Directory) -> None:
    (store.path / "000002.note").write_text(store.note(1))
    with pytest.raises(DirectoryInvalid, match=r"000002\.note"):
        DirectoryFolder(store.path).load()


def test_a_folder_put_back_while_it_is_in_use_is_noticed(
    store: DirectoryFolder, network: Directory, note: Note
) -> None:
    store.store(note(after(network)))
    (store.path / "000002.note").unlink()
    with pytest.raises(DirectoryInvalid, match="went back from version 2 to 1"):
        store.load()


def test_another_root_key_is_not_trusted_in_the_same_folder(
    store: DirectoryFolder, tmp_path: Path, province: ProvinceFile
) -> None:
    other = tmp_path / "other"
    init_province(other, province, passphrase_for=lambda _: PASSPHRASE, clock="real", now=NOW, policy=POLICY)
    stranger = DirectoryFolder.of(other)
    with pytest.raises(DirectoryInvalid, match="another key"):
        store.trust(stranger.root)
    with pytest.raises(DirectoryInvalid, match="signature is wrong"):
        store.store(stranger.note(1))
    store.trust(store.root)


def test_a_damaged_root_key_is_named(store: DirectoryFolder) -> None:
    (store.path / "root.vkey").write_text("phoihop.lao-cai.root+00000000+AAAA\n")
    with pytest.raises(DirectoryInvalid, match=r"root\.vkey holds no verifier key"):
        DirectoryFolder(store.path).load()


def test_an_agency_without_the_root_key_reads_and_adds_but_cannot_sign(
    store: DirectoryFolder, network: Directory, note: Note, tmp_path: Path
) -> None:
    copy = DirectoryFolder.of(tmp_path / "agency")
    copy.trust(store.root)
    with pytest.raises(DirectoryInvalid, match="begin with version 1"):
        copy.store(note(after(network)))
    assert copy.store(store.note(1)) == network
    with pytest.raises(Exception, match=r"root\.key is missing"):
        Registrar(tmp_path / "agency")
