"""A package's manifest: what was asked for, which members there are, and what they hold.

Nobody signs it, and nobody has to: everything that it says follows from the members and is compared with them. It is
there so that a package from which something was taken away does not fit itself any more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from events import base64url
from events.canonical import canonical_json, parse_canonical
from events.errors import InvalidValue, Malformed
from events.instants import parse_instant
from events.names import check_slug
from services.evidence.layout import FORMAT

Kind = Literal["all", "case", "period"]

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Selection:
    """What was asked for: everything, a case by its id, or what was stored from one instant until before another.

    In a network of simulated time a period is of the time signed. Raises `Malformed`, also for a case that is no UUID
    (a page would show any sentence as the case's name) and a period that ends where it begins, or before.
    """

    kind: Kind
    case: str | None = None
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        wanted = {"all": (), "case": ("case",), "period": ("since", "until")}
        named = tuple(name for name in ("case", "since", "until") if getattr(self, name) is not None)
        if self.kind not in wanted or named != wanted[self.kind]:
            raise Malformed("package", "a package holds everything, a case, or a period with its two instants")
        if self.case is not None and not _UUID.fullmatch(self.case):
            raise Malformed("package", f"case {self.case[:60]!r} is no UUID in lower case")
        if self.since is None or self.until is None:
            return
        try:
            ends_first = parse_instant(self.until) <= parse_instant(self.since)
        except InvalidValue as error:
            raise Malformed("package", f"period: {error}") from error
        if ends_first:
            raise Malformed("package", "a period ends after it begins")

    def to_json(self) -> dict[str, str]:
        """The members that are not absent."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class PairCounts:
    """The documents of a package from one agency to another: their counts in the pair's chain, as ranges."""

    sender: str
    recipient: str
    counts: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {"sender": self.sender, "recipient": self.recipient, "counts": [list(each) for each in self.counts]}


@dataclass(frozen=True, slots=True)
class LogTree:
    """The tree into which everything is proven: the log's origin, size and root."""

    origin: str
    size: int
    root: bytes

    def to_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {"origin": self.origin, "size": self.size, "root": base64url.encode(self.root)}


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the events of a package amount to; each figure follows from its members.

    `contents` is the number of documents whose content is in the package, `cited_absent` the ids of the events that its
    documents cite and that are not in it.
    """

    events: int
    entries: int
    documents: int
    contents: int
    pairs: tuple[PairCounts, ...]
    cited_absent: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {
            "events": self.events,
            "entries": self.entries,
            "documents": self.documents,
            "contents": self.contents,
            "pairs": [pair.to_json() for pair in self.pairs],
            "cited_absent": list(self.cited_absent),
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest. `members` maps every other member's name to its size and SHA-256 (base64url).

    `html_by` and `pdf_by` name the edition of the pages, and what set the PDF: another edition may write other bytes.
    """

    province: str
    selection: Selection
    tree: LogTree
    inventory: Mapping[str, Any]
    html_by: str
    pdf_by: str
    members: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Canonical JSON and a newline."""
        return (
            canonical_json(
                {
                    "format": FORMAT,
                    "province": self.province,
                    "selection": self.selection.to_json(),
                    "log": self.tree.to_json(),
                    "holds": dict(self.inventory),
                    "html_by": self.html_by,
                    "pdf_by": self.pdf_by,
                    "members": [
                        {"name": name, "bytes": size, "sha256": digest} for name, (size, digest) in self.members.items()
                    ],
                }
            )
            + b"\n"
        )


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest; raises `Malformed` unless `Manifest.to_bytes` would write it."""
    try:
        value = parse_canonical(data.removesuffix(b"\n"))
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            found = value.get("format") if isinstance(value, dict) else None
            raise Malformed("package", f"the package is of format {str(found)[:40]!r}; this program reads {FORMAT!r}")
        log = value["log"]
        manifest = Manifest(
            province=check_slug(value["province"], "province"),
            selection=Selection(**value["selection"]),
            tree=LogTree(_text(log["origin"]), _number(log["size"]), base64url.decode(log["root"])),
            inventory=value["holds"],
            html_by=_text(value["html_by"]),
            pdf_by=_text(value["pdf_by"]),
            members={_text(each["name"]): (_number(each["bytes"]), _text(each["sha256"])) for each in value["members"]},
        )
        same = manifest.to_bytes() == data
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed("package", f"the manifest is not of the form: {error}") from error
    if not same:
        raise Malformed("package", "the manifest holds members, or an order, that no manifest has")
    return manifest


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _number(value: Any) -> int:
    # JSON's true is equal to 1 here.
    if type(value) is not int:
        raise TypeError(f"{str(value)[:40]!r} is no number")
    return value
