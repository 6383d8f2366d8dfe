"""A small network whose houses write to one another, without a broker between them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from events.draft import Draft
from events.types.information import InfoKind, InfoShared
from events.types.suspicion import SuspicionReported
from events.values.matter import Category, Field
from services.agency.clock import system_now
from services.bench.pair import Carrier, House, open_house
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province

PASSPHRASE = "ba cây chụm lại nên hòn núi cao"
AGENCIES = ("dic", "police", "vnpt")


def report(number: int, *recipients: str) -> Draft:
    """A suspicion, as an enterprise reports it to those competent."""
    content = SuspicionReported(
        subject=f"Báo cáo dấu hiệu số {number}",
        category=Category.CHARGE_THEFT,
        fields=(Field.TELECOM,),
        summary="Lưu lượng bất thường.",
        discovered_at=system_now(),
        attestation=True,
    )
    return Draft(content, recipients or ("dic", "police"))


def trick(number: int) -> Draft:
    """Something that police may tell anybody."""
    content = InfoShared(
        subject=f"Thủ đoạn số {number}", kind=InfoKind.MODUS_OPERANDI, title="SIM box", text="Chỉ hoạt động ban đêm."
    )
    return Draft(content, ("dic", "vnpt"))


@dataclass
class Network:
    """A network whose houses are open; `close` before it is verified."""

    folder: Path
    houses: dict[str, House]
    carrier: Carrier

    def say(self, agency: str, *drafts: Draft) -> None:
        """Issue drafts and have them and all receipts delivered."""
        self.carrier.carry(self.houses[agency].issue_all(drafts))

    def close(self) -> None:
        """Stop everything."""
        for house in self.houses.values():
            house.close()


def make_network(folder: Path) -> Network:
    """A fresh network of three agencies."""
    set_up_network(
        folder,
        load_province("lao-cai"),
        agencies=AGENCIES,
        passphrase_for=lambda _: PASSPHRASE,
        clock="real",
        now=system_now(),
        policy=KeyPolicy(cost=DEMONSTRATION),
        root_passphrase=PASSPHRASE,
    )
    houses = {agency: open_house(folder, agency, PASSPHRASE) for agency in AGENCIES}
    return Network(folder, houses, Carrier(houses.values()))
