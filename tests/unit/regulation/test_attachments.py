"""Files and the rules: items of a dossier are confirmed once their files are here; what is too large is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.facts import Facts
from events.known_event import KnownEvent
from events.regulation.lawfulness import judge
from events.regulation.verdict import Lawful, Unlawful, Verdict
from events.types.attachment import MAX_ATTACHMENT_BYTES
from events.types.dossier import ItemConfirmation, ItemStatus
from events.values.document import Attachment
from events.values.matter import Category
from tests.scenarios.story import Story

SHA256 = "a" * 64
"""Of the dossier's first item, in the samples."""
PARTIES = "dic police vnpt"


def named(size_bytes: int = 100, sha256: str = SHA256) -> tuple[Attachment, ...]:
    return (Attachment(name="a.pdf", media_type="application/pdf", size_bytes=size_bytes, sha256=sha256),)


def dossier(story: Story, attachments: tuple[Attachment, ...]) -> tuple[str, KnownEvent]:
    case, _ = story.opened("dic", "pc police vnpt", category=Category.BROADCASTING_VIOLATION)
    sent = story.given("dic", "DossierTransferred", "pc police vnpt", "LC-6.3", case=case, attachments=attachments)
    return case, sent


def confirmation(
    story: Story, case: str, sent: KnownEvent, files: frozenset[str] | None, status: ItemStatus = ItemStatus.RECEIVED
) -> Verdict:
    items = (ItemConfirmation(id="d1", status=status), ItemConfirmation(id="e1", status=ItemStatus.RECEIVED))
    event = story.when(
        "pc", "DossierReceived", PARTIES, "LC-6.3", case=case, cause=sent, transfer=sent.id, items=items
    ).event
    facts = Facts(
        "pc", story.clock, story.directory, story.rules, story.cases["pc", case], sent, sent, files
    )  # fmt: skip
    return judge(event.envelope, event.content, "head", facts, "sender")


@pytest.mark.clause("LC-6.3")
def test_an_item_is_confirmed_when_its_file_is_here() -> None:
    story = Story("lao-cai-29-2008")
    case, sent = dossier(story, named())
    early = confirmation(story, case, sent, frozenset())
    assert isinstance(early, Unlawful)
    assert (early.reason, early.clause) == ("dossier-file-missing", "LC-6.3")
    assert "d1" in early.explanation_en
    assert "e1" not in early.explanation_en
    assert isinstance(confirmation(story, case, sent, frozenset({SHA256})), Lawful)


@pytest.mark.clause("LC-6.3")
def test_an_item_may_be_reported_missing_before_its_file_is_here() -> None:
    story = Story("lao-cai-29-2008")
    case, sent = dossier(story, named())
    assert isinstance(confirmation(story, case, sent, frozenset(), ItemStatus.MISSING), Lawful)


@pytest.mark.clause("LC-6.3")
def test_an_item_whose_file_did_not_travel_is_compared_by_people() -> None:
    story = Story("lao-cai-29-2008")
    case, sent = dossier(story, named(sha256="b" * 64))
    assert isinstance(confirmation(story, case, sent, frozenset()), Lawful)


@pytest.mark.parametrize(("regulation", "clause"), [("lao-cai-29-2008", "LC-10.1"), ("dak-lak-39-2010", "DL-10.1")])
def test_a_file_over_the_limit_is_refused_on_both_sides(regulation: str, clause: str) -> None:
    story = Story(regulation)
    fits = story.when("vnpt", "SuspicionReported", "dic police", None, attachments=named(MAX_ATTACHMENT_BYTES))
    large = story.when("vnpt", "SuspicionReported", "dic police", None, attachments=named(MAX_ATTACHMENT_BYTES + 1))
    for told, reason in ((fits, None), (large, "attachment-too-large")):
        row = next(row for row in story.rules.by_type["SuspicionReported"] if row.admits_role("enterprise"))
        event = replace(told.event, envelope=replace(told.event.envelope, clause=row.clause))
        for me in ("vnpt", "dic"):
            verdict = story.judged(event, me)
            assert getattr(verdict, "reason", None) == reason, verdict
