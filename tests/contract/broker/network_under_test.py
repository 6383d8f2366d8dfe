"""A province's network on a real server, for tests: an attacker, a victim, and what must not change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.broker.accounts import PROVISIONER
from services.broker.connection import connect
from services.broker.network import BrokerFolder
from services.broker.publish import publish_batch
from services.broker.requests import api_request
from services.broker.server import EmbeddedBroker
from services.broker.wire import OutMessage

PROVINCE = "lao-cai"
STREAM = "COORD_lao-cai"
SECRET = b"only for the police"
ATTACKERS = ("trade", "auditor")
MEMBERS = ("dic", "police", *ATTACKERS)


def message(sender: str, recipient: str, msg_id: str, payload: bytes = b"x") -> OutMessage:
    return OutMessage(f"coord.{PROVINCE}.{sender}.{recipient}.Noted", payload, {}, msg_id)


def credentials(root: Path, agency: str) -> Path:
    return root / "agencies" / agency / "keys" / "nats.creds"


def make_network(root: Path, agencies: tuple[str, ...] = MEMBERS) -> BrokerFolder:
    folder = BrokerFolder(root / "broker")
    folder.init(PROVINCE)
    for agency in agencies:
        folder.add_agency(agency, credentials(root, agency))
    return folder


@dataclass(frozen=True)
class WorldState:
    """All that an attack could change: what is stored, and where each reader stands."""

    subjects: dict[str, int]
    stream: dict[str, Any]
    durables: dict[str, dict[str, Any]]

    def without(self, attacker: str) -> WorldState:
        """What the attacker may change by its own rights is left out."""
        own = f"coord.{PROVINCE}.{attacker}."
        return WorldState(
            {subject: count for subject, count in self.subjects.items() if not subject.startswith(own)},
            self.stream,
            {name: state for name, state in self.durables.items() if name != attacker},
        )


@dataclass
class Battlefield:
    """The running network, with mail of the police stored, delivered and acknowledged."""

    root: Path
    broker: EmbeddedBroker
    provisioner: Client
    victim: Client
    heard_by_victim: list[Msg] = field(default_factory=list)

    async def client(self, agency: str) -> Client:
        return await connect(self.broker.url, credentials(self.root, agency), agency)

    async def state(self) -> WorldState:
        payload = json.dumps({"subjects_filter": ">"}).encode()
        stream = await api_request(self.provisioner, f"$JS.API.STREAM.INFO.{STREAM}", payload)
        durables = await api_request(self.provisioner, f"$JS.API.CONSUMER.LIST.{STREAM}", b'{"offset":0}')
        return WorldState(
            stream["state"].get("subjects", {}),
            stream["config"],
            {
                one["name"]: {
                    "config": one["config"],
                    "delivered": one["delivered"]["stream_seq"],
                    "acknowledged": one["ack_floor"]["stream_seq"],
                    "unacknowledged": one["num_ack_pending"],
                    "waiting": one["num_waiting"],
                    "paused": one.get("paused", False),
                }
                for one in durables["consumers"]
            },
        )


async def prepare(root: Path, broker: EmbeddedBroker) -> Battlefield:
    """Mail for everyone; the police have acknowledged one message, hold one, and one waits."""
    field_ = Battlefield(
        root,
        broker,
        await connect(broker.url, broker.folder.provisioner_creds, PROVISIONER),
        await connect(broker.url, credentials(root, "police"), "police"),
    )
    async with await field_.client("dic") as dic:
        for number in range(3):
            await publish_batch(dic, [message("dic", "police", f"secret-{number}", SECRET)])
        for attacker in ATTACKERS:
            await publish_batch(dic, [message("dic", attacker, f"to-{attacker}-{n}") for n in range(40)])
    context = field_.victim.jetstream(prefix="JSC.API")
    mail = await context.pull_subscribe_bind(stream=STREAM, durable="police", inbox_prefix=b"_INBOX_police.")
    first, _held = await mail.fetch(2, timeout=5)
    await first.ack_sync()
    await mail.unsubscribe()

    async def hear(heard: Msg) -> None:
        field_.heard_by_victim.append(heard)

    await field_.victim.subscribe("_INBOX_police.listening.>", cb=hear)
    await field_.victim.flush()
    return field_
