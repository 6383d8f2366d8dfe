"""An agency's record of many cases, made without a broker between: what the pages are measured on.

The police lead every case; DIC and VNPT take part. Of the cases

- each is opened and asks VNPT for information, with a due time; one in `UNANSWERED_ONE_IN` is not answered yet;
- one in `SUSPENDED_ONE_IN` orders a suspension, which ends years from now, soon, or has ended; one in five of these
  is never carried out;
- one in `CLOSED_ONE_IN` is closed;

and one case, the largest, has a document more for every fifty cases, `LARGEST_EVENTS` at most. At the end `DRAFTS`
drafts wait to be signed, and DIC does not receipt as many documents. Instants lie in equal steps over `SPAN` up to the
end.

Real keys, signatures, checks, chains, registers and receipts: the services' own code, only the carrying is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from events.draft import Draft
from events.record_entry import RecordEntry
from events.types.case import CaseClosed, CaseOpened, CaseOutcome
from events.types.information import (
    Answer,
    InfoKind,
    InfoOutcome,
    InfoProvided,
    InfoRequested,
    InfoShared,
    Question,
    QuestionKind,
)  # fmt: skip
from events.types.suspension import Measure, SuspensionEnd, SuspensionExecuted, SuspensionOrdered, SuspensionScope
from events.values.matter import Category, Field
from events.values.service import Service, ServiceKind, ServiceTarget
from services.agency.drafts import save_draft
from services.agency.outbox import CURSOR as OUTBOX
from services.agency.reactor import CURSOR as POLICIES
from services.bench.load import BATCH, PASSPHRASE, PROVINCE
from services.bench.pair import Carrier, House, open_house
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from services.witness.notebook import MESSAGES_CURSOR, OWN_CURSOR

SERVED, COORDINATOR, ENTERPRISE = "police", "dic", "vnpt"
UNANSWERED_ONE_IN = 2
SUSPENDED_ONE_IN = 10
CLOSED_ONE_IN = 3
LARGEST_EVENTS = 2_000
DRAFTS = 150
SPAN = timedelta(days=300)
_CASES_AT_ONCE = BATCH // 5
_TARGETS = (ServiceTarget(service=Service(kind=ServiceKind.SIP_TRUNK)),)
_BASIS = "Khoản 3 Điều 10 Quy chế kèm theo Quyết định 29/2008/QĐ-UBND"
_SHARED = InfoShared(
    subject="Phương thức, thủ đoạn mới", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text="Thiết bị đặt trên xe."
)
_CATEGORIES = (
    Category.CHARGE_THEFT, Category.OTHER, Category.ILLEGAL_TELECOM_EQUIPMENT, Category.INFRASTRUCTURE_ATTACK,
)  # fmt: skip


def make_cases(folder: Path, cases: int, *, end: datetime, progress: Callable[[str, int, int], None]) -> None:
    """Make a network in an empty folder, and records of `cases` cases up to `end`."""
    set_up_network(
        folder,
        load_province(PROVINCE),
        agencies=[SERVED, COORDINATOR, ENTERPRISE, "auditor"],
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=end - SPAN - timedelta(hours=1),
        policy=KeyPolicy(validity=timedelta(days=3650), cost=DEMONSTRATION),
    )
    town = _Town(folder, end)
    try:
        for first in range(0, cases, _CASES_AT_ONCE):
            now = end - SPAN + (SPAN - timedelta(minutes=1)) * first / max(cases, 1)
            town.play(range(first, min(first + _CASES_AT_ONCE, cases)), now)
            progress("cases", first, cases)
        town.close_with(cases)
    finally:
        town.close()


class _Town:
    """The three agencies at work."""

    def __init__(self, folder: Path, end: datetime) -> None:
        self._end = end
        self._police, self._dic, self._vnpt = (
            open_house(folder, a, PASSPHRASE) for a in (SERVED, COORDINATOR, ENTERPRISE)
        )
        self._dic.folds = self._vnpt.folds = False
        self._carrier = Carrier([self._police, self._dic, self._vnpt])

    def play(self, numbers: range, now: datetime) -> None:
        """Whole cases side by side, with their receipts."""
        opened = self._say(self._police, [self._opening(number) for number in numbers], now)
        told = dict(zip(numbers, opened, strict=True))
        asked = self._say(self._police, [self._question(told[n], now) for n in numbers], now)
        orders = {n: self._order(n, told[n], now) for n in numbers if n % SUSPENDED_ONE_IN == 0}
        ordered = dict(zip(orders, self._say(self._police, list(orders.values()), now), strict=True))
        answers = [_answer(entry) for number, entry in zip(numbers, asked, strict=True) if number % UNANSWERED_ONE_IN]
        answers += [_execution(entry, now) for n, entry in ordered.items() if n // SUSPENDED_ONE_IN % 5]
        self._say(self._vnpt, answers, now)
        closed = [_closing(told[n]) for n in numbers if n % CLOSED_ONE_IN == 0 and n not in ordered]
        self._say(self._police, closed, now)

    def close_with(self, number: int) -> None:
        """The largest case, the drafts, and documents that DIC has not receipted; the services need send nothing."""
        now = self._end
        (opening,) = self._say(self._police, [self._opening(number)], now)
        case, basis = opening.event.envelope.case, opening.event.envelope.id
        shared = Draft(_SHARED, (COORDINATOR,), case=case, basis=basis)
        documents = min(LARGEST_EVENTS, number // 50)
        for first in range(0, documents, BATCH):
            self._say(self._police, [shared] * min(BATCH, documents - first), now)
        self._police.issue_all([shared] * DRAFTS, now)
        with self._police.record.writing() as transaction:
            for _ in range(DRAFTS):
                save_draft(transaction, self._question(opening, now), "an@police", now)
        self._police.views.apply(transaction.appended, SERVED)
        for house in (self._police, self._dic, self._vnpt):
            with house.record.writing() as transaction:
                for cursor in (OUTBOX, POLICIES, MESSAGES_CURSOR, OWN_CURSOR):
                    transaction.move_cursor(cursor, house.record.last_position)

    def close(self) -> None:
        """Close the stores."""
        for house in (self._police, self._dic, self._vnpt):
            house.close()

    def _say(self, house: House, drafts: list[Draft], now: datetime) -> list[RecordEntry]:
        entries = house.issue_all(drafts, now)
        self._carrier.carry(entries, now)
        return entries

    def _opening(self, number: int) -> Draft:
        content = CaseOpened(
            subject="Mở vụ việc kinh doanh trái phép dịch vụ viễn thông",
            category=_CATEGORIES[number % len(_CATEGORIES)], fields=(Field.TELECOM,), summary="Đối tượng dùng SIM box.",
            title=f"SIM box tại phường Cốc Lếu, vụ {number}", participants=(COORDINATOR, ENTERPRISE),
            discovered_by_sender=True,
        )  # fmt: skip
        return Draft(content, (COORDINATOR, ENTERPRISE))

    def _question(self, opening: RecordEntry, now: datetime) -> Draft:
        content = InfoRequested(
            subject="Yêu cầu cung cấp thông tin thuê bao", purpose="Xác minh chủ thể sử dụng SIM.",
            questions=(Question(id="q1", text="Ai đứng tên thuê bao?", kind=QuestionKind.SUBSCRIBER_IDENTITY),),
            legal_basis="Nghị định 151/2005/NĐ-CP, Điều 4",
        )  # fmt: skip
        envelope = opening.event.envelope
        return Draft(content, (ENTERPRISE,), case=envelope.case, basis=envelope.id, due=now + timedelta(days=3))

    def _order(self, number: int, opening: RecordEntry, now: datetime) -> Draft:
        # Some have run out, some end within days, most stand for years.
        days = (5, 300, 2_000, 2_000)[number // SUSPENDED_ONE_IN % 4]
        content = SuspensionOrdered(
            subject="Yêu cầu tạm ngừng dịch vụ", measure=Measure.PAUSE, targets=_TARGETS,
            scope=SuspensionScope.OUTGOING, legal_basis=_BASIS, ends=SuspensionEnd(at=now + timedelta(days=days)),
            interim=True,
        )  # fmt: skip
        envelope = opening.event.envelope
        return Draft(content, (ENTERPRISE,), case=envelope.case, basis=envelope.id, due=now + timedelta(hours=9))


def _answer(asked: RecordEntry) -> Draft:
    envelope = asked.event.envelope
    content = InfoProvided(
        subject="Cung cấp thông tin thuê bao", request=envelope.id, outcome=InfoOutcome.PROVIDED,
        answers=(Answer(question="q1", text="Thuê bao trả trước."),),
    )  # fmt: skip
    return Draft(content, (SERVED,), case=envelope.case, cause=envelope.id, basis=envelope.id)


def _execution(ordered: RecordEntry, now: datetime) -> Draft:
    envelope = ordered.event.envelope
    content = SuspensionExecuted(
        subject="Báo cáo đã tạm ngừng dịch vụ", order=envelope.id, executed_at=now, targets=_TARGETS,
        measure=Measure.PAUSE, scope=SuspensionScope.OUTGOING,
    )  # fmt: skip
    return Draft(content, (SERVED,), case=envelope.case, cause=envelope.id, basis=envelope.id)


def _closing(opening: RecordEntry) -> Draft:
    content = CaseClosed(subject="Kết thúc vụ việc", outcome=CaseOutcome.ADMINISTRATIVE_SANCTION, summary="Đã xử phạt.")
    envelope = opening.event.envelope
    return Draft(content, (COORDINATOR, ENTERPRISE), case=envelope.case, basis=envelope.id)
