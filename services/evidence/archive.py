"""A package's container: a zip file (PKWARE APPNOTE 6.3) in the one form that is written here.

    local header ‖ name ‖ bytes      for each member, one behind the other
    central header ‖ name            for each member, in the same order
    end of central directory

Members are stored, not compressed: the bytes of a package depend on no compressor's version, and nothing can grow when
it is opened. Time is 1980-01-01 00:00, attributes are a plain file's (0644), there are no extra fields and no comments,
and the whole is less than 4 GiB. Names ascend by their bytes, with `manifest.json` behind all others. `read_members`
accepts only what `ArchiveWriter` writes, so no byte of a package is without meaning.
"""

from __future__ import annotations

import re
import struct
from binascii import crc32
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from events.errors import Malformed

LAST_MEMBER = "manifest.json"
MAX_MEMBERS = 65_534
MAX_BYTES = 2**32 - 2
"""Where zip would need its 64-bit extension."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
_MAX_NAME_CHARACTERS = 120
_CHUNK_BYTES = 1_048_576

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s4B4H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_UNIX = 3
_MIDNIGHT = 0
_FIRST_OF_1980 = 1 << 5 | 1
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its name, where its bytes begin in the file, how many there are, and their CRC-32."""

    name: str
    start: int
    size: int
    crc: int

    @property
    def offset(self) -> int:
        """Where its local header begins."""
        return self.start - _LOCAL.size - len(self.name)

    @property
    def local_header(self) -> bytes:
        """The header and the name that stand before its bytes."""
        fields = (b"PK\3\4", _VERSION, 0, 0, _MIDNIGHT, _FIRST_OF_1980, self.crc, self.size, self.size)
        return _LOCAL.pack(*fields, len(self.name), 0) + self.name.encode("ascii")

    @property
    def central_header(self) -> bytes:
        """Its line in the central directory."""
        made_by = (b"PK\1\2", _VERSION, _UNIX, _VERSION, 0)
        common = (0, 0, _MIDNIGHT, _FIRST_OF_1980, self.crc, self.size, self.size)
        rest = (len(self.name), 0, 0, 0, 0, _PLAIN_FILE, self.offset)
        return _CENTRAL.pack(*made_by, *common, *rest) + self.name.encode("ascii")


def _end(members: int, directory_start: int, directory_size: int) -> bytes:
    return _END.pack(b"PK\5\6", 0, 0, members, members, directory_size, directory_start, 0)


def _fault(explanation: str) -> Malformed:
    return Malformed("package", explanation)


def _check_name(name: str) -> None:
    if len(name) > _MAX_NAME_CHARACTERS or not _NAME.fullmatch(name):
        raise _fault(f"{name[:_MAX_NAME_CHARACTERS]!r} is no name of a package's member")


def _check_order(before: str | None, name: str) -> None:
    if before is None:
        return
    if before == LAST_MEMBER:
        raise _fault(f"{name!r} stands behind {LAST_MEMBER!r}, which is a package's last member")
    if name == before:
        raise _fault(f"member {name!r} stands twice")
    if name < before and name != LAST_MEMBER:
        raise _fault(f"member {name!r} stands behind {before!r}: members are sorted by name")


class ArchiveWriter:
    """Writes a package into an empty file, member by member; `finish` makes it whole.

    Raises `Malformed` (`package`).
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.members: dict[str, Member] = {}

    def add(self, name: str, data: bytes) -> None:
        """Append a member; names come in ascending order, `manifest.json` last."""
        _check_name(name)
        _check_order(next(reversed(self.members), None), name)
        if len(self.members) == MAX_MEMBERS:
            raise _fault(f"a package has at most {MAX_MEMBERS} members")
        member = Member(name, self._end + _LOCAL.size + len(name), len(data), crc32(data))
        if member.start + member.size + self._directory_size + 256 > MAX_BYTES:
            raise _fault(f"a package has at most {MAX_BYTES} bytes; choose a shorter period")
        self._file.seek(member.offset)
        self._file.write(member.local_header)
        self._file.write(data)
        self.members[name] = member

    def finish(self) -> None:
        """Write the central directory behind the members."""
        headers = b"".join(member.central_header for member in self.members.values())
        self._file.seek(self._end)
        self._file.write(headers)
        self._file.write(_end(len(self.members), self._end, len(headers)))

    @property
    def archive(self) -> Archive:
        """What has been written so far, to be read."""
        self._file.flush()
        return Archive(self._file, dict(self.members))

    @property
    def _end(self) -> int:
        last = next(reversed(self.members.values()), None)
        return 0 if last is None else last.start + last.size

    @property
    def _directory_size(self) -> int:
        return len(self.members) * (_CENTRAL.size + _MAX_NAME_CHARACTERS)


class Archive:
    """A package's members, read by name."""

    def __init__(self, file: BinaryIO, members: Mapping[str, Member]) -> None:
        self._file = file
        self.members = members

    @property
    def size(self) -> int:
        """How many bytes the members have together."""
        return sum(member.size for member in self.members.values())

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str, max_bytes: int) -> bytes:
        """A member's bytes; raises `Malformed` (`package`) if there are more than `max_bytes`, or it is not there."""
        member = self.members.get(name)
        if member is None:
            raise _fault(f"the package has no member {name!r}")
        if member.size > max_bytes:
            raise _fault(f"member {name!r} has {member.size} bytes, over {max_bytes}")
        self._file.seek(member.start)
        return self._file.read(member.size)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes in pieces; raises `Malformed` (`package`) at the end if they are not those of its CRC-32."""
        member = self.members[name]
        crc, at = 0, member.start
        while at < member.start + member.size:
            self._file.seek(at)
            piece = self._file.read(min(_CHUNK_BYTES, member.start + member.size - at))
            crc, at = crc32(piece, crc), at + len(piece)
            yield piece
        if crc != member.crc:
            raise _fault(f"member {name!r} does not have the CRC-32 that its header says: the file is damaged")


def open_archive(file: BinaryIO) -> Archive:
    """Read a package's table of members; raises `Malformed` (`package`), saying what is not of the form.

    Every header is held against the one that `ArchiveWriter` would write; the members' bytes are not read.
    """
    size = file.seek(0, 2)
    if size > MAX_BYTES:
        raise _fault(f"a file of {size} bytes is no package: at most {MAX_BYTES}")
    start, count, headers = _read_directory(file, size)
    members: dict[str, Member] = {}
    at = end = 0
    before: str | None = None
    while at < len(headers):
        member, at = _read_member(headers, at, end)
        _check_order(before, member.name)
        file.seek(member.offset)
        if member.start + member.size > start or file.read(member.start - member.offset) != member.local_header:
            raise _fault(f"member {member.name!r}: its two headers differ, or something stands between members")
        members[member.name] = member
        before, end = member.name, member.start + member.size
    if end != start or len(members) != count:
        raise _fault("the zip file's directory does not list all members that stand before it")
    return Archive(file, members)


def _read_directory(file: BinaryIO, size: int) -> tuple[int, int, bytes]:
    file.seek(max(0, size - _END.size))
    tail = file.read()
    if len(tail) != _END.size or not tail.startswith(b"PK\5\6"):
        raise _fault("this is no package: no zip file, or one that was cut off or had something added")
    _, _, _, _, count, directory_size, start, _ = _END.unpack(tail)
    if start + directory_size + _END.size != size or tail != _end(count, start, directory_size):
        raise _fault("this zip file is no package: its end does not say where its directory is, or it has a comment")
    file.seek(start)
    headers = file.read(directory_size)
    if count > MAX_MEMBERS:
        raise _fault(f"a package has at most {MAX_MEMBERS} members, not {count}")
    return start, count, headers


def _read_member(headers: bytes, at: int, offset: int) -> tuple[Member, int]:
    if len(headers) - at < _CENTRAL.size:
        raise _fault("the zip file's directory breaks off")
    fields = _CENTRAL.unpack_from(headers, at)
    crc, size, name_length, flags, method = fields[9], fields[11], fields[12], fields[5], fields[6]
    end = at + _CENTRAL.size + name_length
    name = headers[at + _CENTRAL.size : end].decode("latin-1")
    if method or flags:
        raise _fault(
            f"member {name[:80]!r} is compressed, encrypted or otherwise packed: a package's members are stored"
        )
    _check_name(name)
    member = Member(name, offset + _LOCAL.size + len(name), size, crc)
    if headers[at:end] != member.central_header:
        raise _fault(f"member {name!r} has a header that no package has: a time, an attribute or a place is another")
    return member, end
