"""Files by their digest: whole or not there, never other bytes than the name says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from events.types.attachment import MAX_ATTACHMENT_BYTES
from services.agency.attachments.store import AttachmentDiffers, AttachmentStore, AttachmentUnfit

DATA = hashlib.shake_256(b"file").digest(10_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> AttachmentStore:
    return AttachmentStore(tmp_path / "agency")


def test_put_gives_digest_and_size_and_keeps_the_bytes(store: AttachmentStore, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(DATA)
    assert store.put(source) == store.put(source) == (SHA256, len(DATA))
    assert store.read(SHA256, 100, 50) == DATA[100:150]
    assert store.size(SHA256) == len(DATA)
    assert [p.name for p in store.folder.iterdir()] == [SHA256]


def test_the_limit_itself_travels(store: AttachmentStore, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(bytes(MAX_ATTACHMENT_BYTES))
    assert store.put(source)[1] == MAX_ATTACHMENT_BYTES
    source.write_bytes(bytes(MAX_ATTACHMENT_BYTES + 1))
    with pytest.raises(AttachmentUnfit, match="20 MiB"):
        store.put(source)


def test_parts_are_taken_in_order_and_once(store: AttachmentStore) -> None:
    assert store.append(SHA256, 4_000, DATA[4_000:]) == 0  # a part before it is missing
    assert store.append(SHA256, 0, DATA[:4_000]) == 4_000
    assert store.append(SHA256, 0, DATA[:4_000]) == 4_000  # a repeat
    assert not store.has(SHA256)
    later = AttachmentStore(store.folder.parent)  # as after a kill
    assert later.arrived(SHA256) == 4_000
    assert later.append(SHA256, 4_000, DATA[4_000:]) == len(DATA)
    later.finish(SHA256)
    assert later.path(SHA256).read_bytes() == DATA
    assert later.path(SHA256).stat().st_mode & 0o777 == 0o600
    assert later.arrived(SHA256) == 0


@pytest.mark.parametrize("wrong", [DATA[:-1] + b"x", DATA[:-1], DATA + b"x"])
def test_other_bytes_never_get_the_name(store: AttachmentStore, wrong: bytes) -> None:
    store.append(SHA256, 0, wrong)
    with pytest.raises(AttachmentDiffers):
        store.finish(SHA256)
    assert not store.has(SHA256)
    assert store.arrived(SHA256) == 0  # begun anew


def test_what_the_disk_altered_is_not_given(store: AttachmentStore) -> None:
    store.append(SHA256, 0, DATA)
    store.finish(SHA256)
    store.path(SHA256).write_bytes(b"x" + DATA[1:])
    later = AttachmentStore(store.folder.parent)
    with pytest.raises(AttachmentDiffers):
        later.read(SHA256, 0, 10)
    assert not later.has(SHA256)
    with pytest.raises(FileNotFoundError):
        later.read(SHA256, 0, 10)
