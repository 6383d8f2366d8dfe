"""Many messages in one write.

``Client.publish`` costs more per message than the server does; a batch is known as a
whole, so its bytes are built and handed over at once.

Source: https://docs.nats.io/reference/reference-protocols/nats-protocol (HPUB, PUB).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nats.aio.client import Client

from services.broker.configuration import MAX_MESSAGE_BYTES
from services.broker.errors import BadMessage

_SUBJECT = re.compile(r"[^\s.*>\x00-\x1f]+(\.[^\s.*>\x00-\x1f]+)*")
_HEADER_NAME = re.compile(r"[!-9;-~]+")
_RESERVED = "nats-"


@dataclass(frozen=True, slots=True)
class OutMessage:
    """A message to publish.

    `msg_id`: by which the server recognises a repeat. It is stream-wide, so whoever
    guesses it first can keep this message out: make it unguessable.
    """

    subject: str
    payload: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    msg_id: str


def check_message(message: OutMessage) -> None:
    """Raises BadMessage for what would not arrive, or would arrive as something else."""
    if not _SUBJECT.fullmatch(message.subject):
        raise BadMessage(message.subject, "its subject is not a plain subject")
    for name, value in {"Nats-Msg-Id": message.msg_id, **message.headers}.items():
        if not _HEADER_NAME.fullmatch(name) or "\r" in value or "\n" in value:
            raise BadMessage(message.subject, f"its header {name!r} is malformed")
    for name in message.headers:
        if name.lower().startswith(_RESERVED):
            raise BadMessage(message.subject, f"its header {name!r} is an order to the server")
    if not message.msg_id:
        raise BadMessage(message.subject, "it has no message id")
    size = len(message.payload) + len(header_block(message))
    if size > MAX_MESSAGE_BYTES:
        limit = f"the limit is {MAX_MESSAGE_BYTES}"
        raise BadMessage(message.subject, f"it has {size} bytes with its headers, {limit}")


def header_block(message: OutMessage, extra: str = "") -> bytes:
    """The headers as they travel; `extra` are whole lines, each ended by CR LF."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in message.headers.items())
    return f"NATS/1.0\r\n{extra}Nats-Msg-Id: {message.msg_id}\r\n{lines}\r\n".encode()


def publish_command(message: OutMessage, extra: str = "") -> bytes:
    """The bytes that publish `message` without asking for an answer."""
    block = header_block(message, extra)
    total = len(block) + len(message.payload)
    return b"HPUB %b %d %d\r\n%b%b\r\n" % (
        message.subject.encode(),
        len(block),
        total,
        block,
        message.payload,
    )


def acknowledge_command(reply_subjects: Sequence[str]) -> bytes:
    """The bytes that acknowledge the deliveries with these reply subjects."""
    return b"".join(b"PUB %b 4\r\n+ACK\r\n" % subject.encode() for subject in reply_subjects)


async def send_commands(nc: Client, commands: bytes) -> None:
    """Write protocol bytes to the connection.

    The client has no public way to write more than one message; the two methods below
    are what its own ``publish`` ends in (nats-py 2.16, pinned by the lock, and a test
    fails if they move).
    """
    await nc._send_command(commands)  # noqa: SLF001 - see above
    await nc._flush_pending()  # noqa: SLF001 - see above
