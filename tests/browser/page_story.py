"""What the pages are looked at with: cases with long names, requests in every state, a suspension, a file, drafts.

Played once by the tests that look at every page; each name of the answer stands in the addresses of `every_page.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from events.draft import Draft
from events.types.suspension import SuspensionEnd
from events.values.document import Attachment
from events.values.matter import Category
from projections.views import Views
from services.agency.attachments.store import AttachmentStore
from services.agency.drafts import edit_draft, return_draft, save_draft
from services.agency.record_transaction import RecordTransaction
from tests.browser.running_network import CLERK, HEAD, Province
from tests.scenarios.samples import sample
from tests.unit.web.story import seen

LONG_TITLE = (
    "Nghi vấn sử dụng trái phép thiết bị chuyển tiếp cuộc gọi quốc tế và nhắn tin quảng cáo trên địa bàn các xã, "
    "phường, thị trấn giáp ranh giữa thành phố Lào Cai và huyện Bát Xát – đợt cao điểm cuối năm"
)
UNBROKEN = "GPON" + "0123456789ABCDEF" * 7
"""A serial number without a place to break at."""
LONG_FILE = "Biên bản khám nghiệm hiện trường trạm phát sóng trái phép tại tổ dân phố số 12, phường Cốc Lếu.pdf"
_EVERYBODY = ("dic", "viettel", "vnpt")


@contextmanager
def played(province: Province) -> Iterator[dict[str, str]]:
    """The story's ids, once every view and the auditor's log hold it all."""
    said = _open_case(province) | _closed_case(province) | _drafts(province)
    province.advance(timedelta(hours=3))
    province.settled()
    for house in province.houses.values():
        assert province.run(house.caught_up(20.0))
    yield said


def _open_case(province: Province) -> dict[str, str]:
    opening = _said(
        province, "police", "CaseOpened", _EVERYBODY, title=LONG_TITLE, participants=_EVERYBODY,
        discovered_by_sender=True, category=Category.OTHER, summary=f"Thiết bị số {UNBROKEN}, thu giữ ngày 14/11.",
    )  # fmt: skip
    ids = {"opening": opening[0], "case": opening[1]}
    case = opening[1]
    ask = partial(_said, province, "police", case=case, basis=opening[0])
    now = province.now()
    ids["overdue"] = ask("InfoRequested", ("vnpt",), due=now + timedelta(hours=1))[0]
    ids["open"] = ask("InfoRequested", ("viettel", "vnpt"), due=now + timedelta(days=9))[0]
    ends = SuspensionEnd(at=now + timedelta(days=2))
    ids["order"] = ask("SuspensionOrdered", ("vnpt",), due=now + timedelta(hours=9), ends=ends, interim=True)[0]
    file = province.folder / LONG_FILE
    file.write_bytes(b"%PDF-1.7 scan")
    sha256, size = AttachmentStore(province.houses["vnpt"].service.folder.path).put(file)
    named = Attachment(name=LONG_FILE, media_type="application/pdf", size_bytes=size, sha256=sha256)
    _arrived(province, "vnpt", case, ids["order"])
    ids["execution"] = _said(
        province, "vnpt", "SuspensionExecuted", ("police",), case=case, cause=ids["order"], basis=ids["order"],
        order=ids["order"], executed_at=province.now(), attachments=(named,),
    )[0]  # fmt: skip
    _arrived(province, "police", case, ids["execution"])
    return ids


def _closed_case(province: Province) -> dict[str, str]:
    opening, case = _said(
        province, "police", "CaseOpened", ("dic", "vnpt"), title="Trạm phát sóng trái phép",
        participants=("dic", "vnpt"), discovered_by_sender=True, category=Category.OTHER,
    )  # fmt: skip
    ask = partial(_said, province, "police", case=case, basis=opening)
    asked, _ = ask("InfoRequested", ("vnpt",), due=province.now() + timedelta(days=2))
    order, _ = ask("SuspensionOrdered", ("vnpt",), due=province.now() + timedelta(hours=2))
    _arrived(province, "vnpt", case, order)
    answer = partial(_said, province, "vnpt", case=case)
    answer("InfoProvided", ("police",), cause=asked, basis=asked, request=asked)
    done, _ = answer(
        "SuspensionExecuted", ("police",), cause=order, basis=order, order=order, executed_at=province.now()
    )
    _arrived(province, "police", case, done)
    ask("SuspensionLifted", ("vnpt",), cause=order, suspension=order, effective_at=province.now())
    ask("CaseClosed", ("dic", "vnpt"))
    return {"closed": case}


def _drafts(province: Province) -> dict[str, str]:
    house = province.houses["police"]

    def save(content_type: str, to: tuple[str, ...], transaction: RecordTransaction) -> str:
        draft = Draft(sample(content_type, attachments=()), to)
        return save_draft(transaction, draft, f"{CLERK}@police", house.now())

    def send_back(draft_id: str, transaction: RecordTransaction) -> None:
        remark = f"Nêu rõ {UNBROKEN}.\nĐổi trích yếu."
        return_draft(transaction, draft_id, remark, f"{HEAD}@police", house.now(), revision=1)

    def edit(draft_id: str, transaction: RecordTransaction) -> None:
        said = sample("InfoShared", attachments=(), subject=LONG_TITLE, title=UNBROKEN)
        edit_draft(transaction, draft_id, Draft(said, ("dic", "vnpt")), f"{CLERK}@police", house.now(), revision=2)

    lawful = province.run(house.write(partial(save, "InfoShared", ("dic",))))
    unlawful = province.run(house.write(partial(save, "ReportConsolidated", ("dic",))))
    edited, returned = (province.run(house.write(partial(save, "InfoShared", ("dic",)))) for _ in range(2))
    for one in (edited, returned):
        province.run(house.write(partial(send_back, one)))
    province.run(house.write(partial(edit, edited)))
    return {"draft": lawful, "unlawful": unlawful, "edited": edited, "returned": returned}


def _said(
    province: Province, agency: str, event_type: str, to: tuple[str, ...], *, case: str | None = None,
    cause: str | None = None, basis: str | None = None, due: datetime | None = None, **members: Any,
) -> tuple[str, str]:  # fmt: skip
    """The ids of the event and of its case."""
    content = sample(event_type, **{"attachments": ()} | members)
    draft = Draft(content, to, case=case, cause=cause, basis=basis, due=due)
    envelope = province.issue(agency, draft).event.envelope
    assert envelope.case is not None
    return envelope.id, envelope.case


def _arrived(province: Province, agency: str, case: str, event_id: str) -> None:
    """Wait until an agency's views show an event in its case."""
    house = province.houses[agency]

    def held(views: Views) -> bool:
        found = views.case(case, now=house.now())
        return found is not None and any(event.event_id == event_id for event in found.timeline)

    province.run(seen(house, held))
