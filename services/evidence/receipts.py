"""The receipts of a package against its documents.

| check | rules out |
| --- | --- |
| receipt-forged | a receipt or refusal by somebody to whom the document was not addressed |
| receipt-mismatch | a receipt whose count, digest or event is another than the chain's |
| receipt-mismatch | a document admitted before it was signed, or taken in twice, each time otherwise |
| not-in-log | in a package of the whole log: a receipt for a document that the log does not hold |
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from events import base64url
from events.audit.finding import AuditCheck
from events.errors import Malformed
from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome
from services.evidence.authenticity import Held
from services.evidence.chains import Chains, Link, milliseconds
from services.evidence.deliveries import Delivery
from services.evidence.faults import Faults

_CLOCKS_DIFFER_MS = timedelta(minutes=5) // timedelta(milliseconds=1)
"""So far may a recipient's clock be behind its sender's, as at admission."""

_NO_NUMBER = 2**53


class Claim(NamedTuple):
    """An entry of a receipt whose document was not in its place when the receipt was read."""

    receipt: str
    where: str
    sender: str
    recipient: str
    entry: ReceiptEntry


class Receipts:
    """What the recipients' receipts say, held against the chains."""

    def __init__(self, chains: Chains, faults: Faults) -> None:
        self._chains = chains
        self._faults = faults
        self.listed: dict[tuple[bytes, str], Delivery] = {}
        """The deliveries that are listed, by digest and recipient: they take over what a receipt says."""
        self.claims: defaultdict[bytes, list[Claim]] = defaultdict(list)
        """Entries whose document was not in its place, by its digest."""
        self.directory_version = 0
        """The newest directory version that a receipt says was used."""

    def take(self, held: Held, where: str) -> None:
        """Check one `EventReceived`."""
        envelope = held.envelope
        if held.content is None or not held.sound:
            return
        try:
            content = EventReceived.from_bytes(held.content)
        except Malformed as error:
            self._fault(
                AuditCheck.FORM, where,
                "xác nhận đã nhận không đúng khuôn dạng", f"the receipt is not of the form: {error}", envelope.id,
            )  # fmt: skip
            return
        sender, recipient = envelope.agencies[0], envelope.sender
        for entry in content.entries:
            self.directory_version = max(self.directory_version, entry.directory_version)
            digest = base64url.decode(entry.digest)
            claim = Claim(envelope.id, where, sender, recipient, entry)
            known = self._chains.link(sender, recipient, entry.count)
            if known is None:
                self.claims[digest].append(claim)
            else:
                self._hold_against(known, digest, claim)
        upto = self._chains.link(sender, recipient, content.upto_count)
        if upto is not None and upto.digest != base64url.decode(content.upto_digest):
            self._mismatch(envelope.id, where, content.upto_count, sender)

    def _hold_against(self, link: Link, digest: bytes, claim: Claim) -> None:
        """What a receipt says of a count, against the document that stands there."""
        entry, sender, recipient = claim.entry, claim.sender, claim.recipient
        right = link.digest == digest and link.event == UUID(entry.event).bytes
        if not right or milliseconds(entry.admitted_at) < link.signed_ms - _CLOCKS_DIFFER_MS:
            self._mismatch(claim.receipt, claim.where, entry.count, sender)
            return
        number = (entry.incoming_number or _NO_NUMBER) if entry.outcome is ReceiptOutcome.ADMITTED else None
        if not self._chains.say(sender, recipient, entry.count, number):
            self._mismatch(claim.receipt, claim.where, entry.count, sender)
        elif (delivery := self.listed.get((digest, recipient))) is not None:
            delivery.receipt(entry)

    def settle(self, held: Held) -> None:
        """Hold a document against the entries that could not be placed while reading."""
        envelope = held.envelope
        for claim in self.claims.pop(held.digest, ()):
            own = envelope.recipient(claim.recipient)
            if envelope.is_protocol or own is None or envelope.sender != claim.sender:
                self._fault(
                    AuditCheck.RECEIPT_FORGED, claim.where,
                    f"{claim.recipient} xác nhận một văn bản không gửi cho mình",
                    f"{claim.recipient} receipts a document from {claim.sender} that was not addressed to it",
                    envelope.id,
                )  # fmt: skip
            elif own.count != claim.entry.count:
                self._mismatch(claim.receipt, claim.where, claim.entry.count, claim.sender)
            elif (link := self._chains.link(claim.sender, claim.recipient, own.count)) is not None:
                self._hold_against(link, held.digest, claim)

    def refuse_unknown(self) -> None:
        """In a package of the whole log nothing is receipted that the log does not hold."""
        for claims in self.claims.values():
            for claim in claims:
                count, sender = claim.entry.count, claim.sender
                self._fault(
                    AuditCheck.NOT_IN_LOG, claim.where,
                    f"{claim.recipient} đã xác nhận văn bản số {count} từ {sender}, nhưng sổ không có",
                    f"{claim.recipient} receipted count {count} from {sender}, which the log does not hold",
                    claim.entry.event,
                )  # fmt: skip

    def _mismatch(self, receipt: str, where: str, count: int, sender: str) -> None:
        self._fault(
            AuditCheck.RECEIPT_MISMATCH, where,
            f"xác nhận về số {count} từ {sender} mâu thuẫn với văn bản trong gói, hoặc với một xác nhận khác",
            f"the receipt contradicts the document of count {count} from {sender} in the package, or another receipt",
            receipt,
        )  # fmt: skip

    def _fault(self, check: AuditCheck, where: str, vi: str, en: str, event: str) -> None:
        self._faults.add(check, where, vi, en, event)


def check_refusal(held: Held, where: str, refused: Held, faults: Faults) -> None:
    """Hold an `EventRefused` against the document that it names by its digest."""
    if refused.envelope.recipient(held.envelope.sender) is None:
        faults.add(
            AuditCheck.RECEIPT_FORGED, where,
            f"{held.envelope.sender} từ chối một văn bản không gửi cho mình",
            f"{held.envelope.sender} refuses a document that was not addressed to it", held.envelope.id,
        )  # fmt: skip


def refused_digest(held: Held, where: str, faults: Faults) -> bytes | None:
    """The digest of the document that an `EventRefused` is about; None where it cannot be read."""
    if held.content is None:
        return None
    try:
        return base64url.decode(EventRefused.from_bytes(held.content).digest)
    except Malformed as error:
        faults.add(
            AuditCheck.FORM, where,
            "thông báo từ chối không đúng khuôn dạng", f"the refusal is not of the form: {error}", held.envelope.id,
        )  # fmt: skip
        return None
