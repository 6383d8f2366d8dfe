"""Lives of the kind that reports count: every figure's act, recalls, refusals and what is sent again after them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from events.catalogue import read_content
from events.content import Content
from events.signed_event import SignedEvent
from events.types.case import CaseClosed, CaseOutcome, CaseReopened, LeadTransferred
from events.types.coordination import CoordinationAccepted
from events.types.correction import CorrectionGround, EventCorrected, EventRecalled, MemberCorrection
from events.types.information import InfoWithheld, ReplyForm, WithholdingGround
from events.types.suspension import ImpossibleReason, SuspensionImpossible
from events.types.suspicion import DismissalReason, SuspicionDismissed
from events.values.matter import Category
from tests.contract.samples import SAMPLES
from tests.properties.figures.counted_by_hand import HandCount
from tests.unit.projections import town as of
from tests.unit.projections.town import REFUSAL, START, Town

AGENCIES = ("dic", "police", "vnpt", "viettel", "customs")
_SAMPLE = {type(content).__name__: content for content in SAMPLES}
_CATEGORIES = (Category.CHARGE_THEFT, Category.CONTRABAND_BY_POST, Category.OTHER)


@dataclass(frozen=True)
class Act:
    """Somebody does something about what is there; nothing, where nothing fits."""

    what: int
    who: int
    to: int
    which: int
    seconds: int
    refused_by: int


ACTS = st.lists(
    st.builds(
        Act,
        what=st.integers(0, 23),
        who=st.integers(0, 4),
        to=st.integers(1, 31),
        which=st.integers(0, 5),
        seconds=st.sampled_from([0, 0, 59, 61, 7200]),
        refused_by=st.sampled_from([0, 0, 0, 0, 31, 1, 2, 4]),
    ),
    min_size=10,
    max_size=60,
)


@dataclass
class CountedLife:
    """A town in which only such acts happen as a sender may do by what it holds."""

    town: Town = field(default_factory=Town)
    sent: list[SignedEvent] = field(default_factory=list)
    refused: set[tuple[str, str]] = field(default_factory=set)
    """(event, recipient)."""
    recalled: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    """Refused events that were sent once more."""

    def live(self, acts: Sequence[Act]) -> None:
        for act in acts:
            self.town.tick(act.seconds)
            _DOES[act.what % len(_DOES)](self, act, AGENCIES[act.who])

    # --- what an agency finds on its desk ---

    def holds(self, who: str, *types: str) -> list[SignedEvent]:
        return [e for e in self.sent if e.envelope.event_type in types and self._has(who, e)]

    def mine(self, who: str, *types: str) -> list[SignedEvent]:
        return [e for e in self.sent if e.envelope.sender == who and (not types or e.envelope.event_type in types)]

    def now_said(self, event: SignedEvent) -> Any:
        """The content as JSON, as its sender's corrections so far have it."""
        sender = event.envelope.sender
        count = HandCount(self.town.records[sender], sender, START, self.town.now)
        return count.by_id[event.envelope.id].content.model_dump(mode="json")

    def _has(self, who: str, event: SignedEvent) -> bool:
        addressed = who in event.envelope.agencies and (event.envelope.id, who) not in self.refused
        return addressed or event.envelope.sender == who

    def addressed(self, act: Act, who: str, *also: str) -> list[str]:
        to = {agency for n, agency in enumerate(AGENCIES) if act.to >> n & 1} | set(also)
        return sorted(to - {who}) or [next(agency for agency in AGENCIES if agency != who)]

    def say(self, act: Act, who: str, content: Content, to: Sequence[str], **attributes: Any) -> None:
        """Send; some recipients may refuse it, and say so."""
        refusers = {a for n, a in enumerate(AGENCIES) if act.refused_by >> n & 1} & set(to)
        if isinstance(content, EventRecalled | EventCorrected):
            refusers = set()
        event = self.town.send(who, content, *to, **attributes)
        self.town.tick(act.seconds % 600)
        for agency in to:
            refusal = REFUSAL if agency in refusers else None
            self.town.arrive(event, agency, refusal=refusal)
            if refusal is not None:
                self.refused.add((event.envelope.id, agency))
                self.town.arrive(self.town.refusal_message(agency, event))
        self.sent.append(event)


def _pick(found: Sequence[SignedEvent], act: Act) -> SignedEvent | None:
    return found[-1 - act.which % len(found)] if found else None


def _suspicion(life: CountedLife, act: Act, who: str) -> None:
    content = of.suspicion().model_copy(update={"category": _CATEGORIES[act.which % 3]})
    life.say(act, who, content, life.addressed(act, who))


def _referral(life: CountedLife, act: Act, who: str) -> None:
    if about := _pick(life.holds(who, "SuspicionReported"), act):
        content = of.referral(about).model_copy(update={"category": _CATEGORIES[act.to % 3]})
        life.say(act, who, content, life.addressed(act, who))


def _dismissal(life: CountedLife, act: Act, who: str) -> None:
    if about := _pick(life.holds(who, "SuspicionReported", "SuspicionReferred"), act):
        content = SuspicionDismissed(
            subject="Không thụ lý", suspicion=about.envelope.id, explanation="Không có căn cứ.",
            reason=DismissalReason.NO_SIGN_OF_VIOLATION,
        )  # fmt: skip
        life.say(act, who, content, life.addressed(act, who))


def _opening(life: CountedLife, act: Act, who: str) -> None:
    to = life.addressed(act, who)
    held = life.holds(who, "SuspicionReported")[: act.which]
    content = of.opening(*to, suspicions=tuple(event.envelope.id for event in held))
    life.say(act, who, content.model_copy(update={"category": _CATEGORIES[act.to % 3]}), to, case=life.town.new_id())


def _in_a_case(make: Callable[[CountedLife, Act, str], Content]) -> Callable[[CountedLife, Act, str], None]:
    def does(life: CountedLife, act: Act, who: str) -> None:
        if opening := _pick(life.holds(who, "CaseOpened"), act):
            content = make(life, act, who)
            also = (content.to,) if isinstance(content, LeadTransferred) else ()
            life.say(act, who, content, life.addressed(act, who, *also), case=opening.envelope.case)

    return does


def _closing(_life: CountedLife, act: Act, _who: str) -> Content:
    outcome = (CaseOutcome.ADMINISTRATIVE_SANCTION, CaseOutcome.NO_VIOLATION)[act.which % 2]
    return CaseClosed(subject="Kết thúc", outcome=outcome, summary="Đã xử lý.")


def _reopening(_life: CountedLife, _act: Act, _who: str) -> Content:
    return CaseReopened(subject="Mở lại", reason="Tình tiết mới.", summary="Tình tiết mới.")


def _transfer(life: CountedLife, act: Act, who: str) -> Content:
    return LeadTransferred(subject="Chuyển", to=life.addressed(act, who)[0], reason="Thẩm quyền.")


def _question(life: CountedLife, act: Act, who: str) -> None:
    due = None if act.which == 5 else life.town.now + timedelta(minutes=act.which * 5)
    content = of.question() if act.to % 2 else of.coordination()
    life.say(act, who, content, life.addressed(act, who), due=due)


def _asked(life: CountedLife, act: Act, who: str, event_type: str) -> SignedEvent | None:
    return _pick([e for e in life.holds(who, event_type) if e.envelope.sender != who], act)


def _answer(life: CountedLife, act: Act, who: str) -> None:
    if asked := _asked(life, act, who, "InfoRequested"):
        life.say(act, who, of.answer(asked), [asked.envelope.sender], cause=asked.envelope.id)


def _acceptance(life: CountedLife, act: Act, who: str) -> None:
    if asked := _asked(life, act, who, "CoordinationRequested"):
        content = CoordinationAccepted(subject="Nhận lời", request=asked.envelope.id)
        life.say(act, who, content, [asked.envelope.sender], cause=asked.envelope.id)


def _withholding(life: CountedLife, act: Act, who: str) -> None:
    if asked := _asked(life, act, who, "InfoRequested"):
        content = InfoWithheld(
            subject="Không cung cấp", request=asked.envelope.id, reason="Cần giữ bí mật.",
            ground=WithholdingGround.UNDER_INVESTIGATION_SECRET, reply_form=ReplyForm.WRITTEN,
        )  # fmt: skip
        life.say(act, who, content, [asked.envelope.sender], cause=asked.envelope.id)


def _order(life: CountedLife, act: Act, who: str) -> None:
    ends = life.town.now + timedelta(hours=act.which) if act.which else None
    life.say(act, who, of.order(ends), life.addressed(act, who, "vnpt"))


def _execution(life: CountedLife, act: Act, who: str) -> None:
    order = _asked(life, act, who, "SuspensionOrdered") if act.to % 4 else None
    life.say(act, who, of.execution(order, life.town.now), life.addressed(act, who))


def _impossible(life: CountedLife, act: Act, who: str) -> None:
    if order := _asked(life, act, who, "SuspensionOrdered"):
        content = SuspensionImpossible(
            subject="Không thực hiện được", order=order.envelope.id, reason=ImpossibleReason.UNKNOWN_SUBSCRIBER,
            explanation="Không có thuê bao.",
        )  # fmt: skip
        life.say(act, who, content, [order.envelope.sender])


def _lifting(life: CountedLife, act: Act, who: str) -> None:
    stops = life.mine(who, "SuspensionOrdered", "SuspensionExecuted")
    begun = [e for e in stops if getattr(read_content(e), "order", None) is None]
    if suspension := _pick(begun, act):
        life.say(act, who, of.lifting(suspension, life.town.now), suspension.envelope.agencies)


def _decision(life: CountedLife, act: Act, who: str) -> None:
    name = "ViolationDecided" if act.which else "DossierTransferred"
    life.say(act, who, _SAMPLE[name], life.addressed(act, who))


def _recall(life: CountedLife, act: Act, who: str) -> None:
    found = [e for e in life.mine(who) if e.envelope.id not in life.recalled]
    gone = _pick([e for e in found if e.envelope.event_type != "EventRecalled"], act)
    if gone is not None:
        life.recalled.add(gone.envelope.id)
        content = EventRecalled(
            subject="Thu hồi", event=gone.envelope.id, ground=CorrectionGround.FACTS_DIFFER, explanation="Nhầm."
        )
        life.say(act, who, content, gone.envelope.agencies, cause=gone.envelope.id)


_CORRECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "SuspicionReported": ("/category", tuple(f'"{category.value}"' for category in _CATEGORIES)),
    "SuspicionReferred": ("/category", tuple(f'"{category.value}"' for category in _CATEGORIES)),
    "CaseOpened": ("/category", tuple(f'"{category.value}"' for category in _CATEGORIES)),
    "CaseClosed": ("/outcome", ('"no_violation"', '"unsolved"')),
    "ViolationDecided": ("/violators/0/sanctions/0/amount_dong", ("2500000", "0", "90000000")),
    "SuspensionOrdered": ("/ends/at", ('"2026-11-21T04:00:00.000Z"', '"2026-11-21T23:00:00.000Z"')),
}
"""What of each type is put right, and what it may say then."""


def _correction(life: CountedLife, act: Act, who: str) -> None:
    wrong = _pick([e for e in life.mine(who, *_CORRECTIONS) if e.envelope.id not in life.recalled], act)
    if wrong is None:
        return
    member, values = _CORRECTIONS[wrong.envelope.event_type]
    was: Any = life.now_said(wrong)
    for step in member.split("/")[1:]:
        was = was[int(step)] if isinstance(was, list) else was.get(step)
    now = values[act.to % len(values)]
    put_right = MemberCorrection(member=member, was=None if was is None else json.dumps(was), now=now)
    content = EventCorrected(
        subject="Đính chính", event=wrong.envelope.id, ground=CorrectionGround.CLERICAL_ERROR, explanation="Sai sót.",
        corrections=(put_right,),
    )  # fmt: skip
    life.say(act, who, content, wrong.envelope.agencies, cause=wrong.envelope.id)


def _again(life: CountedLife, act: Act, who: str) -> None:
    """What was refused is sent once more to who refused it, with the refused one as its cause."""
    found = [
        e
        for e in life.mine(who)
        if e.envelope.id not in life.again | life.recalled
        and any((e.envelope.id, agency) in life.refused for agency in e.envelope.agencies)
    ]
    if event := _pick(found, act):
        refusers = [a for a in event.envelope.agencies if (event.envelope.id, a) in life.refused]
        life.again.add(event.envelope.id)
        envelope = event.envelope
        life.say(act, who, read_content(event), refusers, case=envelope.case, due=envelope.due, cause=envelope.id)


_DOES: tuple[Callable[[CountedLife, Act, str], None], ...] = (
    _suspicion, _suspicion, _referral, _referral, _dismissal, _opening, _opening, _in_a_case(_closing),
    _in_a_case(_reopening), _in_a_case(_transfer), _question, _question, _answer, _acceptance, _withholding, _order,
    _execution, _impossible, _lifting, _decision, _recall, _again, _correction, _correction,
)  # fmt: skip
