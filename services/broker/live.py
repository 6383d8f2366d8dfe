"""Changing the network while it runs: agencies join and keys are revoked in milliseconds.

Every change is written to the folder first and then handed to the running server, if
there is one; a server that starts later reads the folder. The hub's account is never
handed over again: that would drop every agency's waiting fetch.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import nats.errors

from services.broker.accounts import ADMINISTRATOR, PROVISIONER
from services.broker.configuration import TlsFiles
from services.broker.connection import connect
from services.broker.endpoint import read_endpoint
from services.broker.errors import BrokerUnreachable, ChangeRefused
from services.broker.network import BrokerFolder, Membership
from services.broker.provision import provision_durables

_UPDATE_SECONDS = 5.0


async def enrol(
    folder: BrokerFolder,
    agency: str,
    creds_path: Path,
    *,
    tls: TlsFiles | None = None,
    now: datetime | None = None,
    expires_at: datetime | None = None,
) -> Membership:
    """Add `agency` to the network (see `BrokerFolder.add_agency`), at once if it runs.

    Raises NetworkMissing, BadName, DiskFull, ChangeRefused, ConfigurationDiffers.
    """
    membership = folder.add_agency(agency, creds_path, now=now, expires_at=expires_at)
    url = _running_url(folder)
    if url and await _hand_over(url, folder, membership, tls):
        async with await connect(url, folder.provisioner_creds, PROVISIONER, tls=tls) as nc:
            await provision_durables(nc, folder.network.province, [agency])
    return membership


async def revoke(
    folder: BrokerFolder,
    agency: str,
    *,
    tls: TlsFiles | None = None,
    now: datetime | None = None,
) -> Membership:
    """Refuse the agency's key from now on and cut its connections, at once if the network runs.

    Raises UnknownAgency, NetworkMissing, BadName, ChangeRefused.
    """
    membership = folder.revoke_agency(agency, now=now)
    url = _running_url(folder)
    if url:
        await _hand_over(url, folder, membership, tls)
    return membership


def _running_url(folder: BrokerFolder) -> str | None:
    try:
        return read_endpoint(folder.path).url
    except BrokerUnreachable:
        return None


async def _hand_over(url: str, folder: BrokerFolder, membership: Membership, tls: TlsFiles | None) -> bool:
    """Give the running server an account's new JWT; False if no server answers at `url`."""
    try:
        nc = await connect(url, folder.administrator_creds, ADMINISTRATOR, tls=tls)
    except BrokerUnreachable:
        return False  # an endpoint left by a killed process: the next start reads the folder
    async with nc:
        jwt = folder.account_jwt(membership.account)
        try:
            answer = await nc.request("$SYS.REQ.CLAIMS.UPDATE", jwt.encode(), timeout=_UPDATE_SECONDS)
        except (TimeoutError, nats.errors.Error) as error:
            raise ChangeRefused(membership.agency, repr(error)) from error
    document = json.loads(answer.data)
    if document.get("data", {}).get("code") != 200:
        raise ChangeRefused(membership.agency, str(document.get("error", document)))
    return True
