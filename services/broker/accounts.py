"""Who may do what on the broker: accounts, imports, permissions. Data only.

One account owns the stream (the hub); every agency has an account of its own that
can reach, of the hub, its own subjects and its own durable and nothing else. An
account is a wall, where a permission inside a shared account is not: NATS does not
check the reply subject of a request against the publish permissions, so in a shared
account the server itself would write on an agency's behalf to another's subject.

The hub exports with wildcards, so its own JWT stays the same when an agency joins.
Which part of an export an account may use is decided by its imports, and those are
signed by the operator, not by the agency.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.broker.claims import Account, ServiceExport, ServiceImport, User
from services.broker.names import (
    JETSTREAM_PREFIX,
    checked_slug,
    inbox_prefix,
    own_subjects,
    stream_name,
)

PROVISIONER = "provisioner"
ADMINISTRATOR = "administrator"

# What an agency may ask of JetStream, each about its own durable only:
# fetch, look at its state, and go back to an earlier position.
_DURABLE_REQUESTS = ("CONSUMER.MSG.NEXT", "CONSUMER.INFO", "CONSUMER.RESET")

# More than one process of an agency would need, few enough that one agency cannot
# use up the server's file descriptors.
_AGENCY_CONNECTIONS = 64


def hub_account(province: str) -> Account:
    """The account that owns the province's stream."""
    stream = stream_name(province)
    requests = [
        ServiceExport(request, f"$JS.API.{request}.{stream}.*", streamed=request.endswith("NEXT"))
        for request in _DURABLE_REQUESTS
    ]
    return Account(
        name=f"hub-{province}",
        jetstream=True,
        exports=[
            ServiceExport("publish", f"coord.{province}.*.>"),
            *requests,
            ServiceExport("acknowledge", f"$JS.ACK.{stream}.*.>"),
        ],
    )


def agency_account(province: str, agency: str, hub: str, revoked: Mapping[str, int] | None = None) -> Account:
    """The account of an agency (the auditor is one), which imports its own things from `hub`.

    `hub` is the hub account's public key; `revoked` as in `Account`.
    """
    stream = stream_name(province)
    subjects = own_subjects(province, agency)
    acknowledge = f"$JS.ACK.{stream}.{agency}.>"
    requests = [
        ServiceImport(
            request,
            hub,
            f"$JS.API.{request}.{stream}.{agency}",
            f"{JETSTREAM_PREFIX}.{request}.{stream}.{agency}",
        )
        for request in _DURABLE_REQUESTS
    ]
    return Account(
        name=f"{province}-{agency}",
        connections=_AGENCY_CONNECTIONS,
        revoked=revoked or {},
        imports=[
            ServiceImport("publish", hub, subjects, subjects),
            *requests,
            ServiceImport("acknowledge", hub, acknowledge, acknowledge),
        ],
    )


def agency_user(province: str, agency: str) -> User:
    """What the agency's own client may do inside its account."""
    stream = stream_name(province)
    return User(
        name=checked_slug("agency", agency),
        publish=[
            own_subjects(province, agency),
            *(f"{JETSTREAM_PREFIX}.{request}.{stream}.{agency}" for request in _DURABLE_REQUESTS),
            f"$JS.ACK.{stream}.{agency}.>",
        ],
        subscribe=[f"{inbox_prefix(agency)}.>"],
    )


def provisioner_user(province: str) -> User:
    """The hub's user that makes the stream and the durables, and can neither read nor delete."""
    stream = stream_name(province)
    api = "$JS.API"
    return User(
        name=PROVISIONER,
        publish=[
            f"{api}.STREAM.CREATE.{stream}",
            f"{api}.STREAM.INFO.{stream}",
            f"{api}.CONSUMER.CREATE.{stream}.>",
            f"{api}.CONSUMER.INFO.{stream}.*",
            f"{api}.CONSUMER.LIST.{stream}",
        ],
        subscribe=[f"{inbox_prefix(PROVISIONER)}.>"],
    )


def system_account() -> Account:
    """The server's own account, in which accounts are changed while it runs."""
    return Account(name="system")


def administrator_user() -> User:
    """The system account's user that hands changed accounts to the running server."""
    return User(
        name=ADMINISTRATOR,
        publish=["$SYS.REQ.CLAIMS.UPDATE"],
        subscribe=[f"{inbox_prefix(ADMINISTRATOR)}.>"],
    )
