"""The attacks, as data: what is sent and subscribed to, step by step."""

from __future__ import annotations

import json
from dataclasses import dataclass

from services.broker.provision import durable_configuration, stream_configuration
from tests.contract.broker.network_under_test import PROVINCE, STREAM

CREATE = "CONSUMER.CREATE"
SPY_FILTER = f"coord.{PROVINCE}.*.police.>"


@dataclass(frozen=True)
class Send:
    """One message of an attack; ``{me}`` is the attacker's id, ``{inbox}`` an inbox of its own."""

    subject: str
    payload: object = b"forged"
    reply: str = "{inbox}"
    headers: tuple[tuple[str, str], ...] = ()

    def command(self, me: str, inbox: str) -> bytes:
        fill = {"me": me, "inbox": inbox}
        body = self.payload if isinstance(self.payload, bytes) else json.dumps(self.payload).encode()
        body = body.replace(b"{me}", me.encode())
        lines = "".join(f"{name}: {value.format(**fill)}\r\n" for name, value in self.headers)
        block = f"NATS/1.0\r\n{lines}\r\n".encode()
        head = f"HPUB {self.subject.format(**fill)} {self.reply.format(**fill)} {len(block)} {len(block) + len(body)}"
        return head.encode() + b"\r\n" + block + body + b"\r\n"


@dataclass(frozen=True)
class Listen:
    """A subscription, alone or in a queue group."""

    subject: str
    queue: str = ""

    def command(self, me: str, inbox: str) -> bytes:  # noqa: ARG002 - as Send
        return f"SUB {self.subject} {self.queue} 99\r\n".encode()


def api(request: str, payload: object = b"") -> list[Send | Listen]:
    """A JetStream request in the attacker's own namespace and in the one its imports are under."""
    return [Send(f"{prefix}.{request}", payload) for prefix in ("$JS.API", "JSC.API")]


def consumer(name: str, /, **config: object) -> dict[str, object]:
    return {"stream_name": STREAM, "config": {"ack_policy": "explicit", **config, "name": name}}


def aimed(target: str, body: object = b"bait") -> list[Send | Listen]:
    """Every request an agency is allowed, with `target` as the subject to answer to.

    The fetch brings a message whose content the attacker has chosen: an order to whoever gets the answer.
    """
    letter = Send(f"coord.{PROVINCE}.{{me}}.{{me}}.Noted", body)
    requests = ("CONSUMER.MSG.NEXT", "CONSUMER.INFO", "CONSUMER.RESET")
    own = [Send(f"JSC.API.{request}.{STREAM}.{{me}}", b"", target) for request in requests]
    batch = Send(f"JSC.API.CONSUMER.MSG.NEXT.{STREAM}.{{me}}", {"batch": 100, "no_wait": True}, target)
    return [letter, batch, *own, Send(f"coord.{PROVINCE}.{{me}}.dic.Noted", b"bait", target)]


def own(*headers: tuple[str, str], payload: bytes = b"mine") -> list[Send | Listen]:
    return [Send(f"coord.{PROVINCE}.{{me}}.police.Noted", payload, headers=headers)]


FOREIGN = f"coord.{PROVINCE}.dic.police.Noted"
ACK = f"$JS.ACK.{STREAM}.police.1.2.2.1700000000000000000.1"
MIRROR = {"name": STREAM, "external": {"api": "JSC.API", "deliver": "_INBOX_{me}.m"}}

ATTACKS: dict[str, list[Send | Listen]] = {
    "publish as another agency": [Send(FOREIGN)],
    "publish to another province": [Send("coord.dak-lak.{me}.police.Noted"), Send("coord.dak-lak.police.{me}.Noted")],
    "publish with a wildcard sender": [Send(f"coord.{PROVINCE}.*.police.Noted"), Send(f"coord.{PROVINCE}.>")],
    "forged acknowledgement": [Send(ACK, b"+ACK"), Send(ACK, b"+TERM"), Send(ACK, b"-NAK"), Send(ACK, b"+NXT")],
    "wildcard subscription": [Listen(">"), Listen("coord.>"), Listen(SPY_FILTER), Listen("*.*.*.*.*")],
    "queue subscription": [Listen("coord.>", "q"), Listen(SPY_FILTER, "police"), Listen("_INBOX_police.>", "q")],
    "everybody's inboxes": [Listen("_INBOX.>"), Listen("_INBOX_police.>"), Listen("_INBOX_*.>"), Listen("_R_.>")],
    "write into another's inbox": [Send("_INBOX_police.listening.now"), Send("_R_.police.x")],
    "read by sequence": api(f"STREAM.MSG.GET.{STREAM}", {"seq": 1}),
    "read by subject": api(f"STREAM.MSG.GET.{STREAM}", {"last_by_subj": FOREIGN}),
    "direct read by sequence": api(f"DIRECT.GET.{STREAM}", {"seq": 1}),
    "direct read by subject": api(f"DIRECT.GET.{STREAM}.{FOREIGN}"),
    "fetch from another's durable": api(f"CONSUMER.MSG.NEXT.{STREAM}.police", {"batch": 5, "no_wait": True}),
    "look at another's durable": api(f"CONSUMER.INFO.{STREAM}.police"),
    "reset another's durable": api(f"CONSUMER.RESET.{STREAM}.police", {"seq": 1}),
    "consumer, new form": api(
        f"{CREATE}.{STREAM}.spy.{SPY_FILTER}", consumer("spy", filter_subject=SPY_FILTER, durable_name="spy")
    ),
    "consumer, filter in the body": api(f"{CREATE}.{STREAM}", consumer("spy2", filter_subject=SPY_FILTER)),
    "consumer, legacy durable form": api(
        f"CONSUMER.DURABLE.CREATE.{STREAM}.spy3", consumer("spy3", durable_name="spy3")
    ),
    "consumer under another's name": api(
        f"{CREATE}.{STREAM}.police.{SPY_FILTER}",
        consumer("police", **{**durable_configuration(PROVINCE, "police"), "max_deliver": 1}),
    ),
    "own durable with a wider filter": api(
        f"{CREATE}.{STREAM}.{{me}}.{SPY_FILTER}",
        consumer("{me}", filter_subject=SPY_FILTER, durable_name="{me}"),
    ),
    "consumer that delivers into the stream": api(
        f"{CREATE}.{STREAM}.push.{SPY_FILTER}", consumer("push", deliver_subject=FOREIGN, filter_subject=SPY_FILTER)
    ),
    "consumer that delivers into the API": api(
        f"{CREATE}.{STREAM}.push2", consumer("push2", deliver_subject=f"$JS.API.CONSUMER.DELETE.{STREAM}.police")
    ),
    "delete a durable": api(f"CONSUMER.DELETE.{STREAM}.police"),
    "pause a durable": api(f"CONSUMER.PAUSE.{STREAM}.police", {"pause_until": "2099-01-01T00:00:00Z"}),
    "list durables": [*api(f"CONSUMER.LIST.{STREAM}"), *api(f"CONSUMER.NAMES.{STREAM}")],
    "purge": [*api(f"STREAM.PURGE.{STREAM}"), *api(f"STREAM.PURGE.{STREAM}", {"filter": SPY_FILTER})],
    "delete the stream": api(f"STREAM.DELETE.{STREAM}"),
    "delete a message": api(f"STREAM.MSG.DELETE.{STREAM}", {"seq": 1}),
    "update the stream": api(f"STREAM.UPDATE.{STREAM}", {**stream_configuration(PROVINCE), "max_msgs": 1}),
    "snapshot": api(f"STREAM.SNAPSHOT.{STREAM}", {"deliver_subject": "_INBOX_{me}.snapshot"}),
    "restore": api(f"STREAM.RESTORE.{STREAM}", {"config": {"name": STREAM}}),
    "list streams": [*api("STREAM.LIST"), *api("STREAM.NAMES"), *api(f"STREAM.INFO.{STREAM}"), *api("INFO")],
    "mirror the stream": api("STREAM.CREATE.COPY", {"name": "COPY", "mirror": MIRROR}),
    "source the stream": api("STREAM.CREATE.COPY", {"name": "COPY", "sources": [MIRROR]}),
    "a stream of one's own over others' mail": api("STREAM.CREATE.COPY", {"name": "COPY", "subjects": ["coord.>"]}),
    "system subjects": [
        Send("$SYS.REQ.SERVER.PING"),
        Send("$SYS.REQ.CLAIMS.UPDATE"),
        Send("$SYS.REQ.CLAIMS.LIST"),
        Send("$SYS.REQ.CLAIMS.DELETE"),
        Send("$SYS.REQ.SERVER.PING.CONNZ"),
        Listen("$SYS.>"),
        Listen("$SYS.ACCOUNT.*.>"),
    ],
    "answer to another pair's subject": aimed(FOREIGN),
    "answer to another's reset": [
        *aimed(f"JSC.API.CONSUMER.RESET.{STREAM}.police", {"seq": 1}),
        *aimed(f"$JS.API.CONSUMER.RESET.{STREAM}.police", {"seq": 1}),
    ],
    "answer to another's fetch": [
        *aimed(f"JSC.API.CONSUMER.MSG.NEXT.{STREAM}.police", {"batch": 5}),
        *aimed(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.police", {"batch": 5}),
    ],
    "answer to another's inbox": aimed("_INBOX_police.listening.now"),
    "answer to an acknowledgement": aimed(ACK, b"+ACK"),
    "roll up": [*own(("Nats-Rollup", "all")), *own(("Nats-Rollup", "sub"))],
    "time to live": own(("Nats-TTL", "1s")),
    "schedule under another's subject": own(
        ("Nats-Schedule", "@at 2020-01-01T00:00:00Z"), ("Nats-Schedule-Target", FOREIGN)
    ),
    "trace into another's subject": [
        *own(("Nats-Trace-Dest", FOREIGN)),
        *own(("Nats-Trace-Dest", "_INBOX_police.listening.now")),
    ],
    "expected sequence": [
        *own(("Nats-Expected-Last-Sequence", "1")),
        *own(("Nats-Expected-Last-Subject-Sequence", "3"), ("Nats-Expected-Last-Subject-Sequence-Subject", FOREIGN)),
        *own(("Nats-Expected-Stream", "OTHER")),
    ],
    "message id of another's message": own(("Nats-Msg-Id", "secret-0")),
    "oversized headers": own(("X", "y" * 1_200_000)),
    "foreign subject inside a batch": [
        Send(f"coord.{PROVINCE}.{{me}}.dic.Noted", headers=(("Nats-Batch-Id", "b1"), ("Nats-Batch-Sequence", "1"))),
        Send(FOREIGN, headers=(("Nats-Batch-Id", "b1"), ("Nats-Batch-Sequence", "2"), ("Nats-Batch-Commit", "1"))),
    ],
    "foreign batch joined": [
        Send(f"coord.{PROVINCE}.{{me}}.dic.Noted", headers=(("Nats-Batch-Id", "b2"), ("Nats-Batch-Sequence", "9")))
    ],
}
