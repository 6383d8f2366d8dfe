"""Any sequence of acts, lawful or not, as records may hold them: what folds must take, and more."""

from __future__ import annotations

from hypothesis import strategies as st

from events.content import Content
from events.signed_event import SignedEvent
from events.types.direction import Settlement
from events.types.dossier import ItemConfirmation, ItemStatus
from events.values.handling import ViolationDegree
from tests.scenarios.samples import CONFIRMED, briefing, sample
from tests.unit.projections import town as of
from tests.unit.projections.town import REFUSAL, Town

AGENCIES = ("dic", "police", "vnpt", "viettel", "customs")

Step = tuple[int, int, int, int, int, bool]
"""What happens, who does it, to whom (a bit an agency), in which case, on which earlier event counted from the newest,
and whether its recipients refuse it."""

_RECEIPT, _REFUSAL, _PARKED, _DRAFT = range(4)
_BESIDE = 4
_PLAIN = 10
_SETTLED = Settlement(degree=ViolationDegree.NONE, reason="Không vi phạm.")

STEPS = st.lists(
    st.tuples(
        st.integers(0, _BESIDE + _PLAIN + 16),
        st.integers(0, 4),
        st.integers(1, 31),
        st.integers(0, 2),
        st.integers(0, 7),
        st.sampled_from([False, False, True]),
    ),
    max_size=50,
)


def play(steps: list[Step]) -> Town:
    """The town in which these things happened."""
    town = Town()
    cases = [town.new_id() for _ in range(3)]
    sent = [town.tell("vnpt", of.suspicion(), "dic", case=cases[0])]
    for what, who, mask, which, back, refused in steps:
        sender = AGENCIES[who]
        to = [agency for n, agency in enumerate(AGENCIES) if mask >> n & 1 and agency != sender]
        earlier = sent[-1 - back % len(sent)]
        if not to:
            continue
        if what < _BESIDE:
            _beside(town, what, sender, to, back, earlier, refused=refused)
            continue
        content = _content(town, what - _BESIDE, sender, to, back, earlier)
        event = town.send(sender, content, *to, case=cases[which], cause=earlier.envelope.id if back else None)
        town.arrive(event, refusal=REFUSAL if refused else None)
        sent.append(event)
    return town


def _beside(
    town: Town, what: int, sender: str, to: list[str], back: int, earlier: SignedEvent, *, refused: bool
) -> None:
    if what == _RECEIPT:
        town.arrive(town.receipt(sender, to[0]), to[0])
    elif what == _REFUSAL:
        if earlier.envelope.recipient(sender):
            town.arrive(town.refusal_message(sender, earlier))
    elif what == _PARKED:
        town.local(sender, "MessageParked" if refused else "MessageUnparked", f"d{back}", sender=to[0])
    else:
        town.local(sender, "DraftSaved" if refused else "DraftSigned", f"k{back}", recipients=to)


def _content(town: Town, what: int, sender: str, to: list[str], back: int, earlier: SignedEvent) -> Content:
    about = earlier.envelope.id
    if what < _PLAIN:
        return (
            of.shared(),
            of.question(),
            of.answer(earlier),
            of.opening(*to, suspicions=(about,)),
            of.order(None if back % 2 else town.now),
            of.execution(earlier if back % 2 else None, town.now),
            of.lifting(earlier, town.now),
            of.referral(earlier),
            of.coordination(),
            of.closing(),
        )[what]
    event_type, members = (
        ("DossierTransferred", {"to": to[0], "passes_lead": back % 2 == 0}),
        ("DossierReceived", {"transfer": about, "items": CONFIRMED if back % 3 else _one_missing()}),
        ("EventRecalled", {"event": about}),
        ("RecallConfirmed", {"recall": about, "acted_on": ()}),
        ("ConflictResolved", {"openings": (about, town.new_id()), "upheld": about, "lead": to[0]}),
        ("LeadTransferred", {"to": to[0], "dossier": about if back % 2 else None}),
        ("ParticipantAdded", {"participant": to[0], "briefing": briefing(about, sender, tuple(to[1:]))}),
        ("CaseReopened", {}),
        ("DisagreementRaised", {}),
        ("DisagreementEscalated", {"disagreement": about}),
        ("DirectionIssued", {"answers": about, "settlement": _SETTLED if back % 2 else None}),
        ("SupportProposed", {}),
        ("SupportRequested", {"proposal": about}),
        ("SupportAnswered", {"request": about}),
        ("SuspensionImpossible", {"order": about}),
        ("ViolationDecided", {"suspensions_upheld": (about,)}),
        (("EmergencyNoticeConfirmed", {"notice": about}) if back % 2 else ("EmergencyNoticeGiven", {})),
    )[what - _PLAIN]
    return sample(event_type, **({"attachments": ()} | members))


def _one_missing() -> tuple[ItemConfirmation, ...]:
    return (CONFIRMED[0], ItemConfirmation(id=CONFIRMED[1].id, status=ItemStatus.MISSING))
