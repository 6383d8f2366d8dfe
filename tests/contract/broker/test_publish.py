"""Atomic batches, and the residuals of the broker's protection: squatted ids and a flood of open batches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client

from services.broker.accounts import PROVISIONER
from services.broker.connection import connect
from services.broker.errors import BadMessage, BrokerUnreachable, OutcomeUnknown
from services.broker.publish import PublishCounts, publish_batch
from services.broker.requests import api_request
from services.broker.server import EmbeddedBroker
from services.broker.wire import OutMessage
from tests.contract.broker.network_under_test import STREAM, credentials, message

pytestmark = pytest.mark.broker


@pytest_asyncio.fixture(loop_scope="function")
async def dic(broker: EmbeddedBroker, tmp_path: Path) -> AsyncIterator[Client]:
    async with await connect(broker.url, credentials(tmp_path, "dic"), "dic") as nc:
        yield nc


async def stored_count(broker: EmbeddedBroker) -> int:
    async with await connect(broker.url, broker.folder.provisioner_creds, PROVISIONER) as nc:
        info = await api_request(nc, f"$JS.API.STREAM.INFO.{STREAM}")
    return int(info["state"]["messages"])


async def test_a_batch_is_stored_in_order_under_consecutive_sequences(broker: EmbeddedBroker, dic: Client) -> None:
    outcome = await publish_batch(dic, [message("dic", "police", f"m{n}") for n in range(1_000)])
    assert [one.sequence for one in outcome.stored] == list(range(1, 1_001))
    assert [one.msg_id for one in outcome.stored] == [f"m{n}" for n in range(1_000)]
    assert not outcome.fell_back
    assert await stored_count(broker) == 1_000


async def test_sending_again_after_an_unknown_outcome_stores_nothing_twice(broker: EmbeddedBroker, dic: Client) -> None:
    first = [message("dic", "police", f"m{n}") for n in range(4)]
    await publish_batch(dic, first)
    outcome = await publish_batch(dic, [*first, message("dic", "police", "new")], retry=True)
    assert [(one.sequence, one.duplicate) for one in outcome.stored] == [
        (1, True),
        (2, True),
        (3, True),
        (4, True),
        (5, False),
    ]
    assert outcome.suspicious == ()
    assert await stored_count(broker) == 5


async def test_a_squatted_id_is_noticed_and_another_id_gets_through(
    broker: EmbeddedBroker, dic: Client, tmp_path: Path
) -> None:
    counts = PublishCounts()
    async with await connect(broker.url, credentials(tmp_path, "trade"), "trade") as squatter:
        await publish_batch(squatter, [message("trade", "police", "guessed")])
    mail = [message("dic", "police", "guessed", b"mine"), message("dic", "police", "free")]
    outcome = await publish_batch(dic, mail, counts=counts)
    assert outcome.suspicious == ("guessed",)
    assert counts.suspicious == 1
    again = await publish_batch(dic, [message("dic", "police", "another", b"mine")])
    assert not again.stored[0].duplicate
    assert again.stored[0].sequence == await stored_count(broker) == 3


async def test_a_flood_of_open_batches_costs_speed_only(broker: EmbeddedBroker, dic: Client, tmp_path: Path) -> None:
    counts = PublishCounts()
    async with await connect(broker.url, credentials(tmp_path, "trade"), "trade") as flooder:
        # A flush says that the server has read the flood, not that the stream has opened its batches yet.
        for attempt in range(20):
            for number in range(60):
                headers = {"Nats-Batch-Id": f"open-{attempt}-{number}", "Nats-Batch-Sequence": "1"}
                await flooder.publish("coord.lao-cai.trade.dic.Noted", b"", headers=headers)
            await flooder.flush()
            mail = [message("dic", "police", f"m{attempt}-{n}") for n in range(300)]
            outcome = await publish_batch(dic, mail, counts=counts)
            if outcome.fell_back:
                break
        else:
            pytest.fail("the stream took every batch, however many were open")
    assert counts.fallbacks == 1
    first = attempt * 300 + 1
    assert sorted(one.sequence for one in outcome.stored) == list(range(first, first + 300))
    assert outcome.suspicious == ()


async def test_a_batch_with_a_foreign_subject_stores_nothing(broker: EmbeddedBroker, dic: Client) -> None:
    mail = [message("dic", "police", "own"), message("customs", "police", "foreign"), message("dic", "police", "last")]
    with pytest.raises(OutcomeUnknown) as unknown:
        await publish_batch(dic, mail, ack_seconds=0.5)
    # Sent singly then, the two of its own are stored and the foreign one is the one in doubt.
    assert unknown.value.msg_ids == ("foreign",)
    assert await stored_count(broker) == 2


async def test_no_answer_is_an_unknown_outcome_and_the_same_ids_settle_it(broker: EmbeddedBroker, dic: Client) -> None:
    mail = [message("dic", "police", f"m{n}") for n in range(20)]
    with pytest.raises(OutcomeUnknown) as unknown:
        await publish_batch(dic, mail, ack_seconds=0.000_001)
    assert unknown.value.msg_ids == tuple(one.msg_id for one in mail)
    outcome = await publish_batch(dic, mail, retry=True)
    assert len(outcome.stored) == 20
    assert await stored_count(broker) == 20


async def test_without_a_connection_publishing_says_so(broker: EmbeddedBroker, dic: Client) -> None:
    await dic.close()
    with pytest.raises(BrokerUnreachable):
        await publish_batch(dic, [message("dic", "police", "m")])


@pytest.mark.parametrize(
    "bad",
    [
        OutMessage("coord.lao-cai.dic.*.Noted", b"", {}, "m"),
        OutMessage("coord.lao-cai.dic.police.Noted x", b"", {}, "m"),
        OutMessage("coord.lao-cai.dic.police.Noted", b"", {"A": "b\r\nNats-Rollup: all"}, "m"),
        OutMessage("coord.lao-cai.dic.police.Noted", b"", {"Nats-Rollup": "all"}, "m"),
        OutMessage("coord.lao-cai.dic.police.Noted", b"", {}, "m\r\nX: y"),
        OutMessage("coord.lao-cai.dic.police.Noted", b"", {}, ""),
        OutMessage("coord.lao-cai.dic.police.Noted", b"x" * 1_200_000, {}, "m"),
    ],
)
async def test_what_would_not_arrive_as_meant_is_not_sent(bad: OutMessage, broker: EmbeddedBroker, dic: Client) -> None:
    with pytest.raises(BadMessage):
        await publish_batch(dic, [message("dic", "police", "good"), bad])
    assert await stored_count(broker) == 0
