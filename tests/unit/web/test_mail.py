"""The inbox says what was refused, what waits, what cannot be verified, and why: over messages of a malicious sender.

The network is this file's own: what a liar signs would break the chains of the others' stories.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.arrival import Arrival
from events.content import Content
from events.envelope import Envelope
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.signature import sign_envelope
from events.signed_event import SignedEvent
from services.web.house import House
from tests.contract.insider import arrival_of
from tests.scenarios.samples import sample
from tests.unit.web.conftest import enter, small_network
from tests.unit.web.story import seen, signer_of

pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_network(tmp_path_factory.mktemp("web-mail") / "lao-cai")


def forged(signer: Any, house: House, content: Content, count: int, before: bytes) -> SignedEvent:
    """What VNPT's head signs to DIC without asking the rules: authentic, and of no other worth."""
    salt, body = os.urandom(32), content.to_bytes()
    envelope = Envelope(
        event_type=type(content).__name__,
        version=1,
        id=str(uuid.uuid4()),
        time=house.now(),
        province="lao-cai",
        sender="vnpt",
        role="enterprise",
        recipients=(Recipient("dic", count, before),),
        contentdigest=content_digest(salt, body),
        nonce=os.urandom(16),
        clause="LC-10.3",
        docnumber=f"{count:02d}",
        docsymbol="QĐ-VNPTLCI",
    )
    signed = envelope.to_bytes()
    return SignedEvent(envelope, signed, salt, body, sign_envelope(signed, signer))


async def test_the_inbox_says_what_was_refused_and_what_is_held_back(
    client: httpx.AsyncClient, houses: dict[str, House]
) -> None:
    dic = houses["dic"]
    signer = await asyncio.to_thread(signer_of, houses["vnpt"])
    unlawful = forged(signer, dic, sample("SuspensionOrdered", attachments=()), 1, GENESIS)
    gap = forged(signer, dic, sample("InfoShared", attachments=()), 9, os.urandom(32))
    junk = Arrival("coord.lao-cai.vnpt.dic.InfoShared", b"<b>junk</b>", None, 3)
    await dic.service.mailroom.receive([arrival_of(unlawful, "dic"), arrival_of(gap, "dic"), junk])
    await seen(dic, lambda views: len(views.inbox("dic").held) == 2 and len(views.inbox("dic").received) == 1)

    await enter(client, "dic", "chuyen.vien")
    page = await client.get("/inbox")
    assert page.status_code == 200
    held, _, received = page.text.partition('id="received"')
    assert received.count(f'href="/events/{unlawful.envelope.id}"') == 1
    assert "bị từ chối" in received
    assert "(LC-10.3)" in received, "the clause that stands against it"
    assert gap.envelope.id[:13] in held
    assert 'mark-soon">chờ<' in held
    assert 'mark-overdue">cách ly<' in held
    assert "<b>junk" not in page.text
    assert "Còn thiếu các văn bản số 2 đến 8 của VNPT Lào Cai" in held
    assert "Thông điệp không có chữ ký" in held
    for english in ('lang="en"', "missing", "does not", "may not"):
        assert english not in page.text.partition("<main")[2], english
    told = (await client.get("/inbox?lang=en")).text
    assert "counts 2 to 8 from VNPT Lào Cai (Viet Nam Posts and Telecommunications Group) are missing" in told

    refused = await client.get("/inbox?state=refused")
    assert unlawful.envelope.id in refused.text
    assert 'id="held"' not in refused.text
    parked = await client.get("/inbox?state=parked")
    assert gap.envelope.id[:13] in parked.text
    assert 'mark-overdue">cách ly<' not in parked.text
    assert 'id="received"' not in parked.text

    event = await client.get(f"/events/{unlawful.envelope.id}")
    assert "Bị từ chối tiếp nhận." in event.text
    assert (await client.get(f"/events/{gap.envelope.id}")).status_code == 404, "what is parked is no event here yet"
