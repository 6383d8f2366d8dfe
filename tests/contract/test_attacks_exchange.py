"""Attacks on the standing exchange of a running service: liars, small messages that ask for much, poison."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from events import base64url
from events.arrival import Arrival
from events.record_entry import EntryKind, RecordEntry
from events.signed_event import SignedEvent
from events.types.protocol import DirectoryPublished, HeadsAnnounced
from services.agency import admitting
from services.agency.allowance import RESENDING, Allowance, Rate
from services.agency.exchange import Exchange
from services.agency.follow_ups import FollowUps
from services.agency.resending import Resender
from services.agency.service import AgencyService
from services.bench.pair import House, open_house
from services.broker.server import EmbeddedBroker
from tests.contract.insider import PASSPHRASE, PROVINCE, Insider, make_province, tip

ZERO = base64url.encode(bytes(32))
LIE = HeadsAnnounced(
    sent_count=0, sent_digest=ZERO, received_count=9, received_digest=ZERO, directory_version=1, reply_wanted=False
)


@pytest.fixture
def province(tmp_path: Path) -> Path:
    make_province(tmp_path)
    return tmp_path


@pytest_asyncio.fixture(loop_scope="function")
async def service(province: Path) -> AsyncIterator[AgencyService]:
    """DIC's service, at a real broker."""
    async with (
        EmbeddedBroker(province / "broker", PROVINCE) as broker,
        AgencyService(province, "dic", broker_url=broker.url, monitor_url=broker.monitor_url) as running,
    ):
        yield running


@pytest.fixture
def insider(province: Path) -> Insider:
    return Insider(open_house(province, "police", PASSPHRASE), "dic")


def sent(service: AgencyService, event_type: str) -> list[RecordEntry]:
    return [
        entry
        for entry in service.record.all_entries()
        if isinstance(entry, RecordEntry)
        and entry.kind is EntryKind.SENT
        and entry.event.envelope.event_type == event_type
    ]


async def test_a_liar_is_asked_for_proof_once_and_signing_goes_on(service: AgencyService, insider: Insider) -> None:
    for _ in range(5):
        await service.mailroom.receive([insider.says(LIE)])
    assert len(sent(service, "RepairRequested")) == 1
    async with asyncio.timeout(10):
        entry = await service.issue(tip("police"), own_head(service))
    assert entry.event.envelope.agencies == ("police",)
    assert not service.record.signing_held


def own_head(service: AgencyService) -> Any:
    return open_house(service.folder.root, "dic", PASSPHRASE).head


async def test_a_message_that_breaks_the_examination_stops_no_other(
    service: AgencyService, insider: Insider, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, poison, after = (insider.writes(tip("dic").content) for _ in range(3))
    real = getattr(admitting, "admit")  # noqa: B009 - the name is not exported

    def admit(authentic: Any, *rest: Any, **more: Any) -> Any:
        if authentic.arrival.payload == poison.payload:
            raise ZeroDivisionError("a fault in the program, met by one message")
        return real(authentic, *rest, **more)

    monkeypatch.setattr(admitting, "admit", admit)
    intake = await service.mailroom.receive([before, poison, after])
    assert (intake.admitted, intake.quarantined, intake.parked) == (1, 1, 1), "what follows it waits for its count"

    monkeypatch.setattr(admitting, "admit", real)
    again = await service.mailroom.retry_inbox()
    assert again.admitted == 2, "with the fault mended nothing is missing"


async def test_a_store_that_cannot_be_written_is_no_fault_of_the_mail(
    service: AgencyService, insider: Insider, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = service.record._recorder

    def no_space(*_: Any) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(full, "insert", no_space)
    message = insider.writes(tip("dic").content)
    with pytest.raises(Exception, match="full"):
        await service.mailroom.receive([message])
    monkeypatch.undo()
    intake = await service.mailroom.receive([message])
    assert (intake.admitted, intake.quarantined) == (1, 0)


# --- small messages that ask for much ---


@dataclass
class Published:
    """Stands in for the outbox: notes what would be published again."""

    events: list[tuple[str, SignedEvent]] = field(default_factory=list)

    @property
    def follower(self) -> Any:
        return type("Follower", (), {"position": 10**9})

    async def publish_again(self, events: list[SignedEvent], to: str) -> None:
        self.events += [(to, event) for event in events]

    @property
    def size_bytes(self) -> int:
        return sum(len(event.payload) for _, event in self.events)


@pytest.fixture
def victim(province: Path) -> House:
    return open_house(province, "dic", PASSPHRASE)


async def test_asking_for_everything_again_and_again_is_bounded(victim: House) -> None:
    victim.issue_all([tip("police", text="x" * 10_000) for _ in range(30)])
    published = Published()
    resender = Resender(victim.record, published)  # type: ignore[arg-type]
    resender._allowance = Allowance(Rate(burst_bytes=500_000, bytes_per_second=1))
    for _ in range(20):
        await resender.from_count("police", 1)
    assert 500_000 <= published.size_bytes < 520_000


async def test_an_honest_loss_is_made_good_at_once(victim: House) -> None:
    victim.issue_all([tip("police") for _ in range(300)])
    published = Published()
    await Resender(victim.record, published).from_count("police", 1)  # type: ignore[arg-type]
    counts = [event.envelope.recipients[0].count for _, event in published.events]
    assert counts == list(range(1, 301))
    assert RESENDING.burst_bytes > 10 * published.size_bytes


async def test_mail_is_taken_in_though_the_broker_takes_nothing(victim: House) -> None:
    """What peers lack waits until it can be sent, once each; what they say meanwhile is acted on."""
    victim.issue_all([tip("police") for _ in range(3)])
    may_leave, all_left = asyncio.Event(), asyncio.Event()

    class Stuck(Published):
        async def publish_again(self, events: list[SignedEvent], to: str) -> None:
            await may_leave.wait()
            await super().publish_again(events, to)
            if len(self.events) == 3:
                all_left.set()

    published = Stuck()
    exchange = Exchange(victim.record, None, published, None, lambda: victim.context, None, str)  # type: ignore[arg-type]
    running = asyncio.create_task(exchange.resender.run())
    async with asyncio.timeout(5):
        for count in (3, 2, 3):
            await exchange.act_on(FollowUps(resend_from={"police": count}, receipts={"police": 1}))
            await asyncio.sleep(0)
        may_leave.set()
        await all_left.wait()
    running.cancel()
    counts = [event.envelope.recipients[0].count for _, event in published.events]
    assert counts == [3, 2, 3]


async def test_a_peer_that_says_it_has_no_directory_gets_the_next_versions_once() -> None:
    """Not the newest alone, which could not follow what it has, and not once for each time it asks."""
    given: list[int] = []

    class Sending(Exchange):
        async def _issue(self, contents: Any, to: tuple[str, ...]) -> None:  # noqa: ARG002 - as the method that it stands for
            given.extend(c.version for c in contents if isinstance(c, DirectoryPublished))

    context = type("C", (), {"directory": type("D", (), {"version": 40})})()
    exchange = Sending(None, None, None, None, lambda: context, None, lambda v: f"note {v}")  # type: ignore[arg-type]
    for _ in range(10):
        await exchange.act_on(FollowUps(send_directory_to={"police": 1}))
    assert given == list(range(2, 10))
    await exchange.act_on(FollowUps(send_directory_to={"vnpt": 39}))
    assert given[-1] == 40


def test_junk_of_any_form_reaches_no_exception(victim: House) -> None:
    subject = "coord.lao-cai.police.dic.InfoShared"
    junk = [
        Arrival(odd, payload, signature, 1)
        for odd in (subject, "coord.lao-cai.police.dic.X", "coord", "coord.lao-cai.police.vnpt.InfoShared")
        for payload in (b"", b"{", b"{}", b"\x00" * 100, b'{"a":1,"data":{"salt":"' + b"A" * 43 + b'","content":{}}}')
        for signature in (None, "", "..", "\x00", "a..b", "A" * 2000)
    ]
    entries = victim.take_in(junk)
    assert entries
    assert victim.views.position == victim.record.last_position
