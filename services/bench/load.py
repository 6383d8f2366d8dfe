"""What is sent in a benchmark: police tell DIC of a method that offenders use (LC-7.2c), a document of a given size."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from events.draft import Draft
from events.types.information import InfoKind, InfoShared
from services.agency.clock import system_now
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province

PROVINCE = "lao-cai"
SENDER = "police"
RECIPIENT = "dic"
PASSPHRASE = "benchmark keys guard nothing"  # noqa: S105 - a throwaway network in a temporary folder
BATCH = 500


def shared_document(content_bytes: int, case: str | None = None) -> Draft:
    """A document whose content has about `content_bytes` bytes."""
    content = InfoShared(subject="Phương thức, thủ đoạn mới", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text="x")
    room = content_bytes - len(content.to_bytes())
    content = content.model_copy(update={"text": "x" * max(1, room)})
    return Draft(content, (RECIPIENT,), case=case, clause="LC-7.2c", role="police")


def make_network(folder: Path, now: datetime | None = None) -> None:
    """Two agencies and the auditor, with keys that are cheap to open."""
    set_up_network(
        folder,
        load_province(PROVINCE),
        agencies=[SENDER, RECIPIENT, "auditor"],
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=now or system_now(),
        policy=KeyPolicy(cost=DEMONSTRATION),
    )
