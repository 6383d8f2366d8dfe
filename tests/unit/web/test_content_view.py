from __future__ import annotations

from datetime import UTC, datetime

from events.types.emergency import ToldOfficer
from services.web.content_view import Shown, shown
from tests.contract.sample_values import OFFICER
from tests.scenarios.samples import sample

NAMES = {"dic": "Sở Thông tin và Truyền thông", "vnpt": "VNPT Lào Cai"}


def texts(parts: tuple[Shown, ...]) -> list[str]:
    return [text for one in parts for text in ([one.text] if one.text else texts(one.parts))]


def test_agencies_stand_in_a_content_by_their_names() -> None:
    opening = sample("CaseOpened", title="vnpt", participants=("dic", "vnpt", "gone"), attachments=())
    said = texts(shown(opening, "vi", NAMES))
    assert "Sở Thông tin và Truyền thông; VNPT Lào Cai; gone" in said
    assert "vnpt" in said, "a text that reads like an id is a text"


def test_agencies_stand_by_their_names_also_within_members() -> None:
    told = (ToldOfficer(agency="dic", officer=OFFICER, told_at=datetime(2026, 11, 21, tzinfo=UTC)),)
    assert NAMES["dic"] in texts(shown(sample("EmergencyNoticeGiven", told=told), "vi", NAMES))
