"""A succession played: the province's root key passes the role, and the successor takes over the record."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from events.directory import Directory
from services.agency.context import Context
from services.agency.folder import AgencyFolder
from services.agency.record import Record
from services.agency.service import AgencyService
from services.agency.wake import wake
from services.demo.passphrases import root_passphrase
from services.demo.readiness import LONGEST_WAIT_SECONDS
from services.demo.step import Step
from services.demo.watching import Watch
from services.identity.directory_folder import DirectoryFolder
from services.identity.network_change import Registrar
from services.succession.inheriting import take_over


async def hand_over(folder: Path, step: Step, services: Mapping[str, AgencyService], watch: Watch) -> None:
    """Pass the role `step.role` on, now, and let everybody know. What an interrupted run has done is not done again.

    Raises `ChangeImpossible`, `NotTheSuccessor`, `ConditionUnmet`.
    """
    (successor,) = step.to
    service = services[successor]
    directory = await asyncio.to_thread(_passed, folder, step, successor, service)
    for agency in services:
        wake(AgencyFolder(folder, agency).path)
    await watch.until(
        lambda: all(each.context.directory.version >= directory.version for each in services.values()),
        f"every agency has directory version {directory.version}",
        LONGEST_WAIT_SECONDS,
    )
    await asyncio.to_thread(_taken_over, folder, step.by, successor, service)
    wake(AgencyFolder(folder, successor).path)


def _passed(folder: Path, step: Step, successor: str, service: AgencyService) -> Directory:
    held = DirectoryFolder.of(folder).load()
    now = service.now()
    if held.heirs_at(now).get(step.by) == successor:
        return held
    return Registrar(folder, root_passphrase(folder)).pass_role(step.by, successor, step.role or "", at=now, now=now)


def _taken_over(folder: Path, old: str, successor: str, service: AgencyService) -> None:
    context: Context = service.context
    records = [
        Record(AgencyFolder(folder, agency).record, agency, context.directory.province) for agency in (successor, old)
    ]
    own, left = records
    try:
        take_over(own, left, context, service.now())
    finally:
        for record in records:
            record.close()
