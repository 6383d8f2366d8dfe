from __future__ import annotations

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import Malformed
from services.evidence.archive import Archive, ArchiveWriter, open_archive

NAMES = st.from_regex(r"[a-z0-9]{1,8}(/[a-z0-9][a-z0-9._-]{0,8}){0,2}", fullmatch=True)
CONTENTS = st.dictionaries(NAMES, st.binary(max_size=200), max_size=8)


def written(members: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    writer = ArchiveWriter(buffer)
    for name in sorted(members, key=lambda name: (name == "manifest.json", name)):
        writer.add(name, members[name])
    writer.finish()
    return buffer.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    archive = open_archive(BytesIO(data))
    return {name: b"".join(archive.chunks(name)) for name in archive.members}


def foreign(members: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file by another program."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in members:
            file.writestr(name, data)
    return buffer.getvalue()


@given(CONTENTS)
def test_what_is_written_is_read(members: dict[str, bytes]) -> None:
    assert read(written(members | {"manifest.json": b"{}"})) == members | {"manifest.json": b"{}"}


@given(CONTENTS)
def test_other_programs_read_it_too(members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(BytesIO(written(members))) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == members


def test_every_single_flipped_bit_is_found() -> None:
    data = written({"a/one": b"123", "b": b"", "manifest.json": b"{}\n"})
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed):
            read(bytes(changed))


@given(CONTENTS, st.data())
def test_whatever_is_cut_off_or_added_is_found(members: dict[str, bytes], data: st.DataObject) -> None:
    whole = written(members)
    at = data.draw(st.integers(0, len(whole)))
    for changed in (whole[:at], whole[at:], whole[:at] + b"\0" + whole[at:], whole + whole):
        if changed != whole:
            with pytest.raises(Malformed):
                read(changed)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no package"),
        (b"%PDF-1.7\n" * 100, "no package"),
        (written({"a": b"1"})[:-1], "cut off"),
        (foreign([("bomb", bytes(10_000_000))], zipfile.ZIP_DEFLATED), "stored"),
        (foreign([("../../etc/passwd", b"x")]), "no name"),
        (foreign([("/etc/passwd", b"x")]), "no name"),
        (foreign([("a\\b", b"x")]), "no name"),
        (foreign([("a//b", b"x")]), "no name"),
        (foreign([("a/./b", b"x")]), "no name"),
        (foreign([("tệp", b"x")]), "packed"),
        (foreign([("a", b"x")]), "header that no package has"),
    ],
    ids=[
        "empty",
        "pdf",
        "truncated",
        "bomb",
        "parent",
        "absolute",
        "backslash",
        "double",
        "dot",
        "unicode",
        "other-zip",
    ],
)
def test_other_files_are_refused_with_the_reason(data: bytes, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        open_archive(BytesIO(data))


def test_a_name_twice_or_out_of_order_is_refused() -> None:
    for first, second in (("a", "a"), ("b", "a"), ("manifest.json", "z")):
        writer = ArchiveWriter(BytesIO())
        writer.add(first, b"")
        with pytest.raises(Malformed, match=r"twice|sorted|last member"):
            writer.add(second, b"")
    twice = written({"a": b"1"})
    body, directory = twice[:32], twice[32:-22]
    end = bytearray(twice[-22:])
    end[8] = end[10] = 2
    end[12:16] = (2 * len(directory)).to_bytes(4, "little")
    with pytest.raises(Malformed, match="header that no package has"):
        open_archive(BytesIO(body + directory * 2 + bytes(end)))


def test_a_member_larger_than_its_kind_may_be_is_not_read() -> None:
    archive = open_archive(BytesIO(written({"a": bytes(1000)})))
    assert isinstance(archive, Archive)
    with pytest.raises(Malformed, match="over 999"):
        archive.read("a", 999)
    with pytest.raises(Malformed, match="no member 'b'"):
        archive.read("b", 999)


def test_a_directory_that_promises_more_than_there_is_costs_nothing(tmp_path: Path) -> None:
    """Sizes and counts are believed only as far as the file reaches."""
    data = bytearray(written({"a": b"1"}))
    data[-12:-10] = b"\xff\xff"
    file = tmp_path / "lies.zip"
    file.write_bytes(bytes(data))
    program = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (600 << 20,) * 2)\n"
    program += "from services.evidence.archive import open_archive\nopen_archive(open(sys.argv[1], 'rb'))"
    done = subprocess.run(
        [sys.executable, "-c", program, file], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stderr.splitlines()[-1].startswith("events.errors.Malformed")
