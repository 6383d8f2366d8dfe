"""Key files and signers: what opens, what stays locked, what is refused."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import traceback
import unicodedata
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from events.signature import sign_envelope, verify_envelope
from services.errors import CannotRun, UsageFault
from services.identity.errors import (
    DiskRefused,
    KeyFileDamaged,
    KeyFileExists,
    KeyFileMissing,
    KeyFileOpenToOthers,
    PassphraseUnusable,
    PassphraseWrong,
    SignerLocked,
)
from services.identity.keyfiles import KeyFile, create_key_file, new_seed, public_key_of, read_key_file
from services.identity.passphrases import VARIABLE, find_passphrase
from services.identity.pkcs8 import DEMONSTRATION, STRONG, KdfCost
from services.identity.signer import FileSigner

PASSPHRASE = "nước chảy đá mòn"
SEED = new_seed()
KID = public_key_of(SEED).kid("lao-cai", "police", "head")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "head.key"


@pytest.fixture
def encrypted(path: Path) -> KeyFile:
    return create_key_file(path, SEED, KID, PASSPHRASE, DEMONSTRATION)


@pytest.fixture
def plain(path: Path) -> KeyFile:
    return create_key_file(path, SEED, KID, None)


def test_a_service_key_opens_alone_and_its_signature_verifies(plain: KeyFile) -> None:
    signer = FileSigner(read_key_file(plain.path))
    assert not signer.locked
    verify_envelope(b"{}", sign_envelope(b"{}", signer), public_key_of(SEED))


def test_a_heads_key_signs_only_between_unlocking_and_locking(encrypted: KeyFile) -> None:
    signer = FileSigner(read_key_file(encrypted.path))
    assert (signer.kid, signer.public_key, signer.locked) == (KID, public_key_of(SEED), True)
    with pytest.raises(SignerLocked, match="PHOIHOP_PASSPHRASE_FILE"):
        signer.sign(b"message")
    signer.unlock(PASSPHRASE)
    verify_envelope(b"{}", sign_envelope(b"{}", signer), public_key_of(SEED))
    signer.lock()
    with pytest.raises(SignerLocked):
        signer.sign(b"message")


@pytest.mark.parametrize("wrong", ["", None, "nước chảy đá mòn ", "NƯỚC CHẢY ĐÁ MÒN"])
def test_a_wrong_passphrase_leaves_the_key_locked(encrypted: KeyFile, wrong: str | None) -> None:
    signer = FileSigner(encrypted)
    with pytest.raises(PassphraseWrong, match="does not open it"):
        signer.unlock(wrong)
    assert signer.locked


def test_a_wrong_passphrase_does_not_lock_what_was_unlocked(encrypted: KeyFile) -> None:
    signer = FileSigner(encrypted)
    signer.unlock(PASSPHRASE)
    with pytest.raises(PassphraseWrong):
        signer.unlock("wrong one")
    assert len(signer.sign(b"message")) == 64


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_passphrase_opens_however_the_keyboard_spells_its_letters(encrypted: KeyFile, form: str) -> None:
    FileSigner(encrypted).unlock(unicodedata.normalize(form, PASSPHRASE))  # type: ignore[arg-type]


def test_the_file_is_the_owners_alone_from_the_start(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        modes.append(os.fstat(handle).st_mode & 0o777)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    previous = os.umask(0)
    try:
        create_key_file(path, SEED, KID, None)
    finally:
        os.umask(previous)
    assert modes[0] == 0o600
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["head.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o606, 0o601])
def test_a_file_that_others_may_touch_is_refused(plain: KeyFile, mode: int) -> None:
    plain.path.chmod(mode)
    with pytest.raises(KeyFileOpenToOthers, match=f"chmod 600 {plain.path}") as caught:
        read_key_file(plain.path)
    assert caught.value.mode == mode


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing, match=r"head\.key is missing"):
        read_key_file(tmp_path / "head.key")


def test_a_key_is_never_overwritten(plain: KeyFile) -> None:
    before = plain.path.read_bytes()
    with pytest.raises(KeyFileExists):
        create_key_file(plain.path, new_seed(), KID, None)
    assert plain.path.read_bytes() == before


def test_a_full_disk_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskRefused, match="No space left on device"):
        create_key_file(path, SEED, KID, None)
    assert list(path.parent.iterdir()) == []


def test_a_passphrase_that_is_too_short_is_refused(path: Path) -> None:
    with pytest.raises(PassphraseUnusable, match="fewer than 8"):
        create_key_file(path, SEED, KID, "ngắn", DEMONSTRATION)
    assert not path.exists()


def rewrite(file: KeyFile, before: bytes, after: bytes) -> None:
    data = file.path.read_bytes()
    assert before in data
    file.path.write_bytes(data.replace(before, after))


def test_a_heading_that_names_another_key_is_noticed(plain: KeyFile) -> None:
    rewrite(plain, public_key_of(SEED).text.encode(), public_key_of(new_seed()).text.encode())
    with pytest.raises(KeyFileDamaged, match="names another key"):
        FileSigner(read_key_file(plain.path))


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"phoihop-key", b"key"), (b"-----END", b"----END"), (b"phoihop-public: ", b"phoihop-public: A")],
)
def test_a_file_of_another_form_is_refused(plain: KeyFile, before: bytes, after: bytes) -> None:
    rewrite(plain, before, after)
    with pytest.raises(KeyFileDamaged, match="not a phoihop key file"):
        read_key_file(plain.path)


def test_a_heading_without_a_public_key_is_refused(plain: KeyFile) -> None:
    rewrite(plain, public_key_of(SEED).text.encode(), b"A" * 43)
    with pytest.raises(KeyFileDamaged, match="main subgroup"):
        read_key_file(plain.path)


def test_a_key_of_another_kind_is_refused(plain: KeyFile) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    rewrite(plain, plain.pem, other)
    with pytest.raises(KeyFileDamaged, match="another kind than Ed25519"):
        FileSigner(read_key_file(plain.path))


@pytest.mark.parametrize("cost", [STRONG, DEMONSTRATION, KdfCost(n=2, r=1, p=1)])
def test_another_implementation_reads_the_encrypted_file(path: Path, cost: KdfCost) -> None:
    create_key_file(path, SEED, KID, PASSPHRASE, cost)
    key = load_pem_private_key(path.read_bytes(), PASSPHRASE.encode())
    assert isinstance(key, Ed25519PrivateKey)
    assert key.private_bytes_raw() == SEED


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")
def test_openssl_reads_the_encrypted_file_at_full_cost(path: Path) -> None:
    create_key_file(path, SEED, KID, PASSPHRASE, STRONG)
    command = ["openssl", "pkey", "-in", str(path), "-passin", "stdin", "-outform", "DER", "-pubout"]
    done = subprocess.run(command, input=PASSPHRASE.encode() + b"\n", capture_output=True, check=True)
    assert done.stdout.endswith(public_key_of(SEED))


def test_two_files_of_one_key_share_no_salt(tmp_path: Path) -> None:
    files = [create_key_file(tmp_path / name, SEED, KID, PASSPHRASE, DEMONSTRATION) for name in ("one", "two")]
    assert files[0].pem[64:] != files[1].pem[64:]


def test_secrets_show_in_no_representation_error_or_log(encrypted: KeyFile, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    signer, wrong = FileSigner(encrypted), "wrong-but-secret"
    try:
        signer.unlock(wrong)
    except PassphraseWrong as error:
        shown = "".join(traceback.format_exception(error))
    else:
        pytest.fail("a wrong passphrase opened the key")
    signer.unlock(PASSPHRASE)
    shown += repr(signer) + repr(encrypted) + caplog.text
    for secret in (wrong, PASSPHRASE, repr(SEED), SEED.hex(), "PRIVATE KEY"):
        assert secret not in shown


def test_what_cannot_run_and_what_was_asked_wrongly_are_told_apart() -> None:
    assert issubclass(KeyFileMissing, CannotRun)
    assert issubclass(SignerLocked, CannotRun)
    assert issubclass(KeyFileExists, UsageFault)


# --- where a passphrase comes from ---


def secret_file(tmp_path: Path, data: bytes, mode: int = 0o600) -> Path:
    file = tmp_path / "passphrase"
    file.write_bytes(data)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n", b"\nanother line\n"])
def test_the_first_line_of_the_named_file_is_the_passphrase(tmp_path: Path, ending: bytes) -> None:
    file = secret_file(tmp_path, PASSPHRASE.encode() + ending)
    assert find_passphrase({VARIABLE: str(file)}, ask=None) == PASSPHRASE


def test_a_passphrase_that_was_given_comes_before_the_file_and_the_question(tmp_path: Path) -> None:
    file = secret_file(tmp_path, b"of the file")
    assert find_passphrase({VARIABLE: str(file)}, ask=lambda: "asked", explicit="given") == "given"
    assert find_passphrase({VARIABLE: str(file)}, ask=lambda: "asked") == "of the file"
    assert find_passphrase({}, ask=lambda: "asked") == "asked"


def test_without_any_source_it_is_said_what_to_do() -> None:
    with pytest.raises(PassphraseUnusable, match=f"Set {VARIABLE} to a file of mode 0600"):
        find_passphrase({}, ask=None)


def test_a_passphrase_file_that_others_may_read_or_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileOpenToOthers):
        find_passphrase({VARIABLE: str(secret_file(tmp_path, b"x", 0o644))}, ask=None)
    with pytest.raises(KeyFileMissing):
        find_passphrase({VARIABLE: str(tmp_path / "absent")}, ask=None)


def test_a_passphrase_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PassphraseUnusable, match="UTF-8"):
        find_passphrase({VARIABLE: str(secret_file(tmp_path, b"\xff\xfe"))}, ask=None)
