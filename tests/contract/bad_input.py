"""A province whose agencies sign whatever a test wants, and the desk of the one at which it arrives."""

from __future__ import annotations

import shutil
from pathlib import Path

from events.arrival import Arrival
from events.directory import Directory
from events.payload import join_payload
from events.signature import sign_envelope
from events.signed_event import SignedEvent
from tests.contract.registry_desk import RegistryDesk, Sender
from tests.scenarios.samples import sample

LAO_CAI = ("dic", "police", "customs", "vnpt", "viettel")
DAK_LAK = ("dic", "police", "customs", "vnpt")
PROPER = sample("SuspicionReported").to_bytes()
REPORT = ("SuspicionReported", "police dic", "LC-10.1")


class Town:
    """A fresh copy of a province: senders by name, and the desk of one of its agencies."""

    def __init__(self, made: tuple[Path, Directory], folder: Path, desk: str) -> None:
        shutil.copytree(made[0] / "agencies", folder / "agencies")
        self.folder, self.directory = folder, made[1]
        self.desk = self._desk(desk)
        self.senders = {name: Sender(folder, name, self.directory) for name in self.directory.agencies}

    def _desk(self, agency: str) -> RegistryDesk:
        desk = RegistryDesk(self.folder, agency, self.directory)
        desk.record.accept_as_own()  # the copied file is this test's own record
        return desk

    def __getitem__(self, name: str) -> Sender:
        return self.senders[name]


def report(town: Town, **more: object) -> SignedEvent:
    return town["vnpt"].sign(*REPORT, **more)  # type: ignore[arg-type]


def rewritten(town: Town, event: SignedEvent, envelope: bytes, **changes: object) -> Arrival:
    """The event with other envelope bytes, signed by the sender's own head: only their form is wrong."""
    signature = sign_envelope(envelope, town["vnpt"].key())
    payload = join_payload(envelope, event.salt, event.content_bytes)
    return town.desk.arrival(event, payload=payload, signature=signature, **changes)


def flows_on(town: Town) -> None:
    """The sender's chain is not held up by what was wrong."""
    town["vnpt"].heads.clear()
    town.desk.expect_admitted(report(town))
