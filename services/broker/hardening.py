"""Making the NATS client survive what another agency can send it.

The server lets any byte but space, tab, CR and LF stand in a subject, and hands the
message on. nats-py 2.16 splits its lines at form feed and vertical tab as well, and
decodes subjects as strict UTF-8; either stops its reading for good, and again after
every reconnection, because the message is delivered again. So one agency could
silence another with one message. Here the two places are corrected; the odd message
then arrives like any other and is refused by the checks on its content.

Tested in ``tests/contract/broker/test_poisoned_messages.py``. To be dropped when
nats-py reads such messages itself.
"""

from __future__ import annotations

import re

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.protocol import parser

_WORD = rb"([^ \t\r\n]+)"
_REPLY = rb"(([^ \t\r\n]+)[ \t]+)?"
_MESSAGE_LINE = re.compile(rb"\AMSG[ \t]+" + _WORD + rb"[ \t]+" + _WORD + rb"[ \t]+" + _REPLY + rb"(\d+)\r\n")
_HEADER_MESSAGE_LINE = re.compile(
    rb"\AHMSG[ \t]+" + _WORD + rb"[ \t]+" + _WORD + rb"[ \t]+" + _REPLY + rb"(\d+)[ \t]+(\d+)\r\n"
)


def _build_message(
    client: Client, sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None
) -> Msg:
    return client.msg_class(
        subject=subject.decode(errors="backslashreplace"),
        reply=reply.decode(errors="backslashreplace"),
        data=data,
        headers=headers,
        _client=client,
        _sid=sid,
    )


def harden_client() -> None:
    """Correct the client library in this process; doing it twice changes nothing."""
    parser.MSG_RE = _MESSAGE_LINE
    parser.HMSG_RE = _HEADER_MESSAGE_LINE
    Client._build_message = _build_message  # type: ignore[method-assign, assignment]  # noqa: SLF001 - the defect is there
