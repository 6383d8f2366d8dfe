"""What an agency can try with its own valid credentials, and what must not come of it.

Every attack runs as an enterprise's regulator and as the auditor. It counts as repelled
only if nothing changed outside the attacker's own subjects and durable, the victim
heard nothing and the attacker saw nothing of the victim's mail; an error alone proves
nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.broker.claims import KeyKind, Nkey, User, encode_credentials, encode_user
from services.broker.connection import connect
from services.broker.files import write_private
from services.broker.server import EmbeddedBroker
from services.broker.wire import send_commands
from tests.contract.broker.attacks import ATTACKS, FOREIGN, Listen, Send
from tests.contract.broker.network_under_test import (
    ATTACKERS,
    PROVINCE,
    SECRET,
    Battlefield,
    make_network,
    prepare,
)

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", params=ATTACKERS)
async def attacker(request: pytest.FixtureRequest, battlefield: Battlefield) -> AsyncIterator[tuple[str, Client]]:
    async with await battlefield.client(request.param) as nc:
        yield request.param, nc


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
async def test_an_attack_changes_and_shows_nothing(
    attack: list[Send | Listen], attacker: tuple[str, Client], battlefield: Battlefield
) -> None:
    me, nc = attacker
    assert await effects_of(attack, me, nc, battlefield) == []


async def effects_of(attack: list[Send | Listen], me: str, nc: Client, battlefield: Battlefield) -> list[str]:
    """What the attack did or showed that `me` has no right to."""
    seen: list[Msg] = []

    async def see(message: Msg) -> None:
        seen.append(message)

    await nc.subscribe(f"_INBOX_{me}.>", cb=see)
    # Takes the number that a raw subscription of an attack uses, so that its messages are seen.
    nc._subs[99] = nc._subs[nc._sid]
    before = (await battlefield.state()).without(me)
    battlefield.heard_by_victim.clear()

    for step in attack:
        await send_commands(nc, step.command(me, f"_INBOX_{me}.loot"))
    # A new message for the police, so that a subscription that got through has something to show.
    async with await battlefield.client("dic") as dic:
        await dic.request(f"coord.{PROVINCE}.dic.police.Noted", SECRET, timeout=5)
    await settle(nc, battlefield)

    after = (await battlefield.state()).without(me)
    effects: list[str] = []
    if after.subjects != {**before.subjects, FOREIGN: before.subjects[FOREIGN] + 1}:
        effects.append(f"stored {before.subjects} -> {after.subjects}")
    if after.stream != before.stream:
        effects.append(f"stream {after.stream}")
    if after.durables != before.durables:
        effects.append(f"durables {before.durables} -> {after.durables}")
    effects += [f"victim heard {message.subject}" for message in battlefield.heard_by_victim]
    effects += [f"saw {message.data[:200]!r}" for message in seen if shows_the_victim(message)]
    return effects


async def settle(nc: Client, battlefield: Battlefield) -> None:
    """Wait until the server has worked off what was sent: its queues answer in order."""
    if nc.is_connected:  # an oversized message costs the attacker its connection
        await nc.flush()
    await battlefield.state()
    if nc.is_connected:
        await nc.flush()
    await battlefield.victim.flush()


def shows_the_victim(message: Msg) -> bool:
    told = message.data
    if SECRET in told or FOREIGN.encode() in told:
        return True
    # An answer about the victim's durable or the whole stream; one about the attacker's own names it alone.
    return b'"police"' in told or b'"consumer_list_response"' in told or b'"streams":[{' in told


CONTROLS = (
    "publish as another agency",
    "publish with a wildcard sender",
    "forged acknowledgement",
    "wildcard subscription",
    "write into another's inbox",
    "read by sequence",
    "read by subject",
    "fetch from another's durable",
    "look at another's durable",
    "reset another's durable",
    "consumer, new form",
    "consumer under another's name",
    "delete a durable",
    "pause a durable",
    "list durables",
    "update the stream",
    "answer to another pair's subject",
    "answer to another's reset",
    "answer to another's fetch",
)


@pytest.mark.asyncio(loop_scope="function")
@pytest.mark.parametrize("name", CONTROLS)
async def test_the_same_attack_without_the_walls_is_noticed(name: str, tmp_path: Path) -> None:
    """A check that cannot fail shows nothing: with all rights in one shared account each attack must show."""
    folder = make_network(tmp_path)
    async with EmbeddedBroker(folder, PROVINCE) as broker:
        prepared = await prepare(tmp_path, broker)
        shared = "agency-police" if "inbox" in name else "hub"
        hub = Nkey.from_seed((folder.path / "keys" / f"{shared}.nk").read_text())
        key = Nkey.from_entropy(KeyKind.USER, secrets.token_bytes(32))
        omnipotent = encode_user(User("trade", [">"], [">"]), key.public, hub, 0)
        creds = tmp_path / "omnipotent.creds"
        write_private(creds, encode_credentials(omnipotent, key))
        attack = [unprefixed(step) for step in ATTACKS[name]]
        async with await connect(broker.url, creds, "trade") as nc:
            effects = await effects_of(attack, "trade", nc, prepared)
        await prepared.victim.close()
        await prepared.provisioner.close()
        assert effects != []


def unprefixed(step: Send | Listen) -> Send | Listen:
    if isinstance(step, Listen):
        return step
    return replace(
        step, subject=step.subject.replace("JSC.API", "$JS.API"), reply=step.reply.replace("JSC.API", "$JS.API")
    )
