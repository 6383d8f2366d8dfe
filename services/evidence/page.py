"""What the page for reading says: built from an examination alone, so that whoever has the evidence gets the same page.

The page is no evidence. The verifier builds it again and compares; what was added to it or taken out is then found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from events import base64url
from events.catalogue import EVENT_TYPES, meaning
from events.directory import Directory
from events.errors import RulesInvalid, UnknownEventType
from events.instants import VIETNAM, parse_instant
from events.regulation.regulations import load_rules
from services.evidence.deliveries import Delivery
from services.evidence.verdict import Examination
from services.texts import Texts
from services.texts.catalogue import entries

LISTED_DELIVERIES = 200
"""So many rows a page has; the others are in the package, and counted."""

LISTED_FINDINGS = 100
_TABLE = "evidence_page"


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `strong` for what must not be overlooked."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Something to be typed or compared letter by letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are shares of the page's width. A cell may have several lines."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    code: frozenset[int] = frozenset()
    """The columns that are compared letter by letter."""


Block = Heading | Paragraph | Points | Facts | Code | Table


@dataclass(frozen=True, slots=True)
class Page:
    """The page: its language, its title and what stands below it."""

    lang: str
    title: str
    blocks: tuple[Block, ...]


@cache
def edition() -> str:
    """The words that pages are made of, as a short digest: another edition of them makes other pages."""
    digest = sha256()
    for lang in ("vi", "en"):
        for key, text in sorted(entries(lang).items()):
            if key.startswith((f"{_TABLE}.", "outcome.")):
                digest.update(f"{key}\n{text}\n".encode())
    for name in sorted(EVENT_TYPES):
        digest.update(f"{name}\n{meaning(name)}\n".encode())
    for regulation in ("lao-cai-29-2008", "dak-lak-39-2010"):
        for row in load_rules(regulation).rows:
            digest.update(f"{row.id}\n{row.text_vi}\n".encode())
    return base64url.encode(digest.digest())[:12]


def build_page(examination: Examination, lang: str = "vi") -> Page:
    """The page in a language."""
    return _Builder(examination, lang).page()


class _Builder:
    def __init__(self, examination: Examination, lang: str) -> None:
        self._seen = examination
        self._texts = Texts(lang)
        self._lang = lang
        self._shown = examination.deliveries[:LISTED_DELIVERIES]

    def page(self) -> Page:
        directory = self._seen.directory
        place = self._seen.province if directory is None else directory.name
        blocks: list[Block] = [Paragraph(self._say("intro"))]
        if self._seen.simulated:
            blocks.append(Paragraph(self._say("simulated"), strong=True))
        blocks += [Heading(self._say("what")), Facts(self._what())]
        blocks += self._verdict()
        if directory is not None:
            blocks += self._who_told_whom(directory)
        blocks += [Heading(self._say("proven")), Points(self._proven())]
        blocks += [Heading(self._say("not_proven")), Points(self._not_proven())]
        blocks += [Heading(self._say("how")), Paragraph(self._say("how_text")), Code(self._command())]
        blocks += [Paragraph(self._say("key_text")), Code(self._seen.root), Paragraph(self._say("other_program"))]
        if self._shown:
            blocks += [Heading(self._say("digests")), Paragraph(self._say("digests_text")), self._digests()]
        return Page(self._lang, self._say("title", place=place), tuple(blocks))

    # --- sections ---

    def _what(self) -> tuple[tuple[str, str], ...]:
        seen, newest = self._seen, self._seen.trees.newest
        rows = [
            (self._say("selection"), self._selection()),
            (self._say("documents"), str(seen.inventory.documents)),
            (
                self._say("deliveries"),
                self._say("of_them_receipted", all=seen.all_deliveries, receipted=seen.receipted),
            ),
        ]
        if seen.directory is not None:
            rows.append((self._say("regulation"), self._texts.word(f"{_TABLE}.regulations", seen.directory.regulation)))
            rows.append((self._say("directory"), self._say("version", version=seen.directory.version)))
        if newest is not None:
            rows.append((self._say("log_size"), str(newest.checkpoint.size)))
            rows.append((self._say("log_root"), base64url.encode(newest.checkpoint.root)))
            rows.append((self._say("witnessed"), self._moment(newest.witnessed_at)))
            rows.append((self._say("cosigners"), ", ".join(self._cosigners())))
        rows += [
            (self._say("stamp"), self._say("stamp_by", at=self._moment(stamp.at), authority=stamp.authority))
            for stamp in seen.stamps
        ]
        return tuple(rows)

    def _verdict(self) -> list[Block]:
        heading = Heading(self._say("verdict"))
        if self._seen.verified:
            return [heading, Paragraph(self._say("verified"), strong=True)]
        found = self._seen.findings[:LISTED_FINDINGS]
        lines = tuple(
            f"{each.check.label(self._lang)} — {each.explanation(self._lang)} ({each.where})" for each in found
        )
        text = self._say("found", count=self._seen.findings_count)
        return [heading, Paragraph(text, strong=True), Points(lines)]

    def _who_told_whom(self, directory: Directory) -> list[Block]:
        blocks: list[Block] = [Heading(self._say("who_told_whom"))]
        if not self._shown:
            return [*blocks, Paragraph(self._say("nobody"))]
        blocks.append(Paragraph(self._say("times_text")))
        columns = ("number", "document", "parties", "said", "clause", "times")
        rows = tuple(self._row(number, delivery, directory) for number, delivery in enumerate(self._shown, 1))
        blocks.append(Table(tuple(self._say(f"column_{name}") for name in columns), (4, 12, 22, 22, 20, 20), rows))
        if (more := self._seen.all_deliveries - len(self._shown)) > 0:
            blocks.append(Paragraph(self._say("more", count=more)))
        return blocks

    def _row(self, number: int, delivery: Delivery, directory: Directory) -> tuple[str, ...]:
        said = self._meaning(delivery.event_type)
        said += "\n" + (self._say("subject", subject=delivery.subject) if delivery.subject else self._say("no_content"))
        return (
            str(number),
            f"{delivery.number}/{delivery.symbol}\n{_day(delivery.signed_at)}",
            self._say(
                "from_to", sender=_name(directory, delivery.sender, self._lang),
                recipient=_name(directory, delivery.recipient, self._lang),
            ),
            said,
            self._clause(delivery, directory),
            self._times(delivery),
        )  # fmt: skip

    def _times(self, delivery: Delivery) -> str:
        lines = [
            self._say("signed_at", at=self._moment(delivery.signed_at)),
            self._say("stored_at", at=self._moment(delivery.stored_at)),
        ]
        if delivery.outcome is None:
            lines.append(self._say("no_receipt"))
        else:
            outcome = self._texts.word("outcome", delivery.outcome)
            number = "" if delivery.incoming_number is None else self._say("incoming", number=delivery.incoming_number)
            lines.append(f"{outcome[:1].upper()}{outcome[1:]}: {self._moment(delivery.admitted_at)}{number}")
        lines.append(self._say("witnessed_at", at=self._moment(delivery.witnessed_at)))
        if delivery.stamped_at is not None:
            lines.append(self._say("stamped_at", at=self._moment(delivery.stamped_at)))
        return "\n".join(lines)

    def _proven(self) -> tuple[str, ...]:
        if not self._seen.verified:
            return (self._say("proven_nothing"),)
        names = ["proven_signed", "proven_unchanged", "proven_receipts", "proven_log"]
        names.append("proven_order" if self._seen.simulated else "proven_times")
        if self._seen.selection.kind != "case":
            names.append(f"proven_complete_{self._seen.selection.kind}")
        return tuple(self._say(name) for name in names)

    def _not_proven(self) -> tuple[str, ...]:
        own = tuple(remark.en if self._lang == "en" else remark.vi for remark in self._seen.remarks)
        sentences = tuple(f"{text[:1].upper()}{text[1:]}." for text in own)
        return (*sentences, self._say("not_proven_truth"), self._say("not_proven_person"))

    def _digests(self) -> Table:
        rows = tuple(
            (str(number), str(delivery.index), delivery.event, base64url.encode(delivery.digest))
            for number, delivery in enumerate(self._shown, 1)
        )
        columns = tuple(self._say(f"column_{name}") for name in ("number", "index", "event", "digest"))
        return Table(columns, (5, 9, 38, 48), rows, frozenset({2, 3}))

    # --- words ---

    def _selection(self) -> str:
        selection = self._seen.selection
        if selection.kind == "case":
            return self._say("selection_case", case=selection.case or "")
        if selection.kind == "period":
            since, until = (self._moment(parse_instant(text or "")) for text in (selection.since, selection.until))
            return self._say("selection_period", since=since, until=until)
        return self._say("selection_all")

    def _cosigners(self) -> list[str]:
        newest = self._seen.trees.newest
        names = [] if newest is None else [each.cosigner.name.rpartition(".")[2] for each in newest.cosignatures]
        directory = self._seen.directory
        return [name if directory is None else _name(directory, name, self._lang) for name in names]

    def _clause(self, delivery: Delivery, directory: Directory) -> str:
        try:
            rules = load_rules(directory.regulation)
        except RulesInvalid:
            return delivery.clause
        rows = [row for row in rules.rows if row.clause == delivery.clause]
        exact = [row for row in rows if row.event_type == delivery.event_type and row.admits_role(delivery.role)]
        words = next((row.text(self._lang) for row in (*exact, *rows)), "")
        return f"{delivery.clause}\n{words}" if words else delivery.clause

    def _meaning(self, event_type: str) -> str:
        try:
            return meaning(event_type, self._lang)
        except UnknownEventType:
            return event_type

    def _moment(self, moment: datetime | None) -> str:
        if moment is None:
            return self._say("unknown")
        return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")

    def _command(self) -> str:
        name = {"case": "vu-viec", "period": "thoi-ky", "all": "toan-bo"}[self._seen.selection.kind]
        return f"phoihop audit verify {name}.zip --root KEY"

    def _say(self, name: str, **values: object) -> str:
        return self._texts(f"{_TABLE}.{name}", **values)


def _name(directory: Directory, agency: str, lang: str) -> str:
    found = directory.agencies.get(agency)
    if found is None:
        return agency
    return found.name_en if lang == "en" else found.name


def _day(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%d/%m/%Y")
