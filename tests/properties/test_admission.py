"""Sender and receiver judge alike, and whatever comes in, examining it ends in an outcome and one answer at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events.arrival import Arrival
from events.decision import DraftFault, NotLawful
from events.draft import Draft
from events.record_entry import EntryKind, RecordEntry
from events.types.suspension import SuspensionEnd
from events.values.matter import Category
from services.agency.causes import request_for
from tests.scenarios.samples import sample
from tests.unit.agency.correspondence import standing
from tests.unit.agency.houses import NOW, House, Houses, arrival, carry, make_network, resigned, rows, suspicion

# The examples vary only with the modules that are loaded, whose constants Hypothesis draws too.
# A campaign takes the option out.
SLOW = settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
AGENCIES = ("customs", "dic", "police", "vnpt")
CASES = tuple(f"018f3a00-0000-7000-8000-{n:012x}" for n in (1, 2))

ANSWERING = {
    "SuspicionReferred": "suspicion", "SuspicionDismissed": "suspicion", "InfoProvided": "request",
    "InfoWithheld": "request", "CoordinationAccepted": "request", "CoordinationDeclined": "request",
    "SuspensionExecuted": "order", "SuspensionImpossible": "order", "SuspensionLifted": "suspension",
    "DossierReceived": "transfer",
}  # fmt: skip
"""Event type → the member that names what it answers."""
_ASKED_BY = {
    "suspicion": "Reported", "request": "Requested", "order": "Ordered", "suspension": "Ordered",
    "transfer": "Transferred",
}  # fmt: skip
"""Member → how the type of what it names ends: most acts should be sensible."""
TYPES = (
    *ANSWERING, "SuspicionReported", "CaseOpened", "LeadTransferred", "CaseClosed", "CaseReopened",
    "CoordinationRequested", "InfoRequested", "InfoShared", "SuspensionOrdered", "DossierTransferred",
)  # fmt: skip


@dataclass
class Act:
    """Somebody tries to say something; most of it is not lawful."""

    event_type: str
    sender: int
    others: int
    case: int
    answers: int
    seconds: int
    in_its_place: bool


ACTS = st.lists(
    st.builds(
        Act,
        st.sampled_from(TYPES),
        st.integers(0, 3),
        st.just(15) | st.integers(1, 15),
        st.just(1) | st.integers(0, 2),
        st.integers(0, 9),
        st.integers(0, 2000),
        st.just(True) | st.booleans(),
    ),
    min_size=10,
    max_size=40,
)

LAWFUL = [
    Act("InfoRequested", 2, 8, 1, 0, 10, True), Act("InfoProvided", 3, 4, 1, 0, 10, True),
    Act("CoordinationRequested", 2, 1, 1, 0, 10, True), Act("CoordinationAccepted", 0, 4, 1, 0, 10, True),
    Act("SuspensionOrdered", 2, 8, 1, 0, 10, True), Act("SuspensionExecuted", 3, 4, 1, 0, 10, True),
    Act("InfoShared", 2, 2, 1, 0, 10, True), Act("SuspicionReported", 3, 6, 0, 0, 10, True),
    Act("SuspicionDismissed", 1, 8, 2, 0, 10, True), Act("InfoRequested", 2, 8, 1, 0, 10, True),
    Act("InfoWithheld", 3, 4, 1, 0, 10, True), Act("SuspensionLifted", 2, 8, 1, 0, 10, True),
    Act("CaseClosed", 2, 11, 1, 0, 10, True), Act("CaseReopened", 2, 11, 1, 0, 10, True),
]  # fmt: skip
"""One example that is always tried: the police ask, order and close, and are answered."""

said: Counter[str] = Counter()
"""How often an event of a type was lawful: so that the property is known to have been tried."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_network(tmp_path_factory.mktemp("network"))


@pytest.fixture(scope="module")
def tried() -> Iterator[None]:
    """After the examples: enough types of event were lawful at least once."""
    yield
    assert len(said) >= 12, f"hardly anything was lawful: {said}"


def draft_of(act: Act, houses: Houses) -> Draft:
    """The act as a draft: the answered event is one that its sender holds."""
    house = houses[AGENCIES[act.sender]]
    to = tuple(a for n, a in enumerate(AGENCIES) if act.others >> n & 1 and a != house.me)
    held = house.documents()
    asking = _ASKED_BY.get(ANSWERING.get(act.event_type, ""), "")
    held = [e for e in held if e.event.envelope.event_type.endswith(asking)] or held
    cause = held[-1 - act.answers % len(held)].event.envelope if held else None
    case = (None, *CASES)[act.case]
    members: dict[str, Any] = {}
    if (member := ANSWERING.get(act.event_type)) is not None:
        members[member] = cause.id if cause else CASES[0]
        case = cause.case if cause else case
    else:
        cause = None
    if act.event_type == "CaseOpened":
        members |= {"participants": to, "discovered_by_sender": True, "category": Category.OTHER}
    if act.event_type in {"LeadTransferred", "DossierTransferred"} and to:
        members["to"] = to[0]
    if act.event_type == "SuspensionOrdered":
        members["ends"] = SuspensionEnd(at=house.now + timedelta(days=10))
    return Draft(
        sample(act.event_type, **members), to, case=case, cause=cause.id if cause else None,
        basis=standing(house, case) if act.in_its_place else None,
        due=house.now + timedelta(days=3) if act.event_type == "InfoRequested" else None,
    )  # fmt: skip


def opened(houses: Houses) -> Iterator[RecordEntry]:
    """Where every example begins: a report, and a case of all four."""
    yield houses["vnpt"].issue(suspicion("dic", "police", case=CASES[1]))[0]
    content = sample(
        "CaseOpened", participants=("customs", "dic", "vnpt"), discovered_by_sender=True, category=Category.OTHER
    )
    yield houses["police"].issue(Draft(content, ("customs", "dic", "vnpt"), case=CASES[0]))[0]


@SLOW
@example(LAWFUL)
@given(ACTS)
def test_what_the_sender_may_say_a_receiver_that_is_up_to_date_admits(
    network: Path, tried: None, acts: list[Act]
) -> None:
    with TemporaryDirectory() as folder:
        houses = Houses(network, Path(folder))
        try:
            for entry in opened(houses):
                carry(houses, [entry])
            for act in acts:
                for house in houses:
                    house.now += timedelta(seconds=act.seconds)
                draft = draft_of(act, houses)
                if not draft.recipients:
                    continue
                try:
                    (entry,) = houses[AGENCIES[act.sender]].issue(draft)
                except (NotLawful, DraftFault):
                    continue
                said[act.event_type] += 1
                carry(houses, [entry])
                for agency in draft.recipients:
                    ask_for_causes(houses, agency)
                    check_admitted(houses[agency], entry)
        finally:
            houses.close()


def ask_for_causes(houses: Houses, agency: str) -> None:
    """Ask senders for what parked mail waits for: who was never told of it hears so, and waits no longer."""
    for sender, cited in rows(houses[agency].record, "SELECT sender, waits_for FROM parked"):
        carry(houses, [houses[agency].say(request_for(sender, agency, cited), sender)])


def check_admitted(house: House, entry: RecordEntry) -> None:
    held = [e for e in house.documents() if e.event == entry.event]
    waiting = rows(house.record, "SELECT event_id, waits_for FROM parked")
    assert [e.kind for e in held] == [EntryKind.ADMITTED], f"{house.me}: {[e.refusal for e in held]}, parked {waiting}"


# --- whatever comes in ---

SUBJECTS = st.one_of(
    st.sampled_from(["coord.lao-cai.police.dic.InfoShared", "coord.lao-cai.nobody.dic.InfoShared", "", "a.b.c.d.e"]),
    st.text(max_size=40),
)
PAYLOADS = st.one_of(
    st.binary(max_size=200), st.just(b"{}"), st.text(max_size=100).map(lambda t: t.encode("utf-8", "ignore"))
)
SIGNATURES = st.none() | st.text(max_size=40)
STRANGE = st.builds(
    Arrival, SUBJECTS, PAYLOADS, SIGNATURES, st.none() | st.integers(1, 2**40), st.none() | st.just(NOW)
)


@SLOW
@given(st.lists(STRANGE, min_size=1, max_size=8))
def test_whatever_comes_is_kept_once_answered_once_and_stops_nothing(network: Path, strange: list[Arrival]) -> None:
    with TemporaryDirectory() as folder:
        houses = Houses(network, Path(folder), ("dic", "vnpt"))
        try:
            dic, (good,) = houses["dic"], houses["vnpt"].issue(suspicion())
            dic.take_in(*strange, arrival(good, "dic"), *strange)
            dic.take_in(*strange)
            assert [e.event for e in dic.documents()] == [good.event]
            answers = dic.events(EntryKind.SENT, event_type="EventRefused")
            assert len(answers) <= len({(a.subject, a.payload, a.signature) for a in strange})
            assert {a for e in answers for a in e.event.envelope.agencies} <= {"police", "vnpt"}
        finally:
            houses.close()


@dataclass
class Damage:
    """One bit of the payload or one character of the header or subject is another."""

    where: str
    place: int
    bit: int


DAMAGES = st.builds(
    Damage, st.sampled_from(["payload", "signature", "subject"]), st.integers(0, 5000), st.integers(0, 6)
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damages=st.lists(DAMAGES, min_size=10, max_size=20))
def test_no_changed_bit_gets_by(network: Path, shelf: Houses, damages: list[Damage]) -> None:
    dic, vnpt = shelf["dic"], shelf["vnpt"]
    (sent,) = vnpt.issue(suspicion())
    good = arrival(sent, "dic")
    before = len(dic.documents())
    intake = dic.take_in(*(damaged(good, damage) for damage in damages))
    assert (intake.admitted, intake.refused, intake.parked) == (0, 0, 0)
    assert dic.take_in(good).admitted == 1
    assert len(dic.documents()) == before + 1


@pytest.fixture(scope="module")
def shelf(network: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    houses = Houses(network, tmp_path_factory.mktemp("shelf"), ("dic", "vnpt"))
    yield houses
    houses.close()


def damaged(good: Arrival, damage: Damage) -> Arrival:
    assert good.signature is not None
    if damage.where == "payload":
        payload = bytearray(good.payload)
        payload[damage.place % len(payload)] ^= 1 << damage.bit
        return replace(good, payload=bytes(payload))
    text = bytearray(getattr(good, damage.where).encode())
    text[damage.place % len(text)] ^= 1 << damage.bit
    changed: dict[str, Any] = {damage.where: text.decode("latin-1")}
    return replace(good, **changed)


@SLOW
@given(
    changes=st.dictionaries(
        st.sampled_from(["role", "clause", "case", "cause", "basis", "time"]), st.integers(0, 3), min_size=1
    )
)
def test_what_the_key_holder_signs_ends_in_an_outcome_and_what_follows_flows(
    network: Path, changes: dict[str, int]
) -> None:
    with TemporaryDirectory() as folder:
        houses = Houses(network, Path(folder), ("dic", "vnpt"))
        try:
            dic, vnpt = houses["dic"], houses["vnpt"]
            (first,) = vnpt.issue(suspicion())
            values: dict[str, tuple[Any, ...]] = {
                "role": ("police", "dic", "nobody", "auditor"),
                "clause": ("LC-7.2c", "LC-99.9", "DL-1", None),
                "case": (None, *CASES, first.event.envelope.id),
                "cause": (CASES[0], first.event.envelope.id, None, CASES[1]),
                "basis": (CASES[0], first.event.envelope.id, None, CASES[1]),
                "time": (NOW - timedelta(days=1), NOW + timedelta(days=1), NOW, NOW + timedelta(minutes=4)),
            }
            strange = resigned(first.event, vnpt.head, **{name: values[name][n] for name, n in changes.items()})
            intake = dic.take_in(arrival(strange, "dic"))
            assert intake.admitted + intake.refused == 1
            refused = dic.documents(EntryKind.REFUSED)
            assert len(dic.events(EntryKind.SENT, event_type="EventRefused")) == len(refused)
            assert len(dic.events(EntryKind.SENT, event_type="EventReceived")) == 1
        finally:
            houses.close()
