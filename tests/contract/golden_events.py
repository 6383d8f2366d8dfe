"""How the golden events are made: fixed ids, salts and nonces, and keys that are good for nothing else.

The private keys follow from a published text, so anyone can sign with them: no directory may ever list them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from nacl.signing import SigningKey

from events import base64url
from events.catalogue import EVENT_TYPES
from events.content import Content
from events.envelope import Envelope
from events.keys import PublicKey
from events.payload import content_digest
from events.recipients import GENESIS, Recipient
from events.signature import sign_envelope
from events.signed_event import SignedEvent
from tests.contract.sample_values import event_id

SENDERS = {
    "SuspicionReported": ("vnpt", "enterprise", "head"),
    "SuspicionReferred": ("dic", "dic", "head"),
    "SuspicionDismissed": ("dic", "dic", "head"),
    "CoordinationAccepted": ("vnpt", "enterprise", "head"),
    "CoordinationDeclined": ("education", "education", "head"),
    "InfoProvided": ("vnpt", "enterprise", "head"),
    "SuspensionExecuted": ("vnpt", "enterprise", "service"),
    "SuspensionImpossible": ("viettel", "enterprise", "head"),
    "DossierTransferred": ("dic", "dic", "head"),
    "LeadTransferred": ("dic", "dic", "head"),
    "DossierReceived": ("investigator", "investigator", "head"),
    "SeizureReported": ("customs", "customs", "head"),
    "DirectionIssued": ("ppc", "ppc", "head"),
    "SupportRequested": ("ppc", "ppc", "head"),
    "SupportAnswered": ("cuc-tan-so", "outside", "head"),
    "InspectionRequested": ("trade", "trade", "head"),
    "InspectionTeamFormed": ("dic", "dic", "head"),
    "InspectionMembershipConfirmed": ("customs", "customs", "head"),
    "InspectionReported": ("dic", "dic", "head"),
    "ViolationDecided": ("dic", "dic", "head"),
    "EnforcementRequested": ("dic", "dic", "head"),
    "ProposalSubmitted": ("dic", "dic", "head"),
    "DifficultyReported": ("vnpt", "enterprise", "head"),
    "RecommendationAnswered": ("vnpt", "enterprise", "head"),
    "MeetingCalled": ("dic", "dic", "head"),
    "MinutesShared": ("dic", "dic", "head"),
    "LookupAnswered": ("vnpt", "enterprise", "service"),
    "RecordConsulted": ("vnpt", "enterprise", "service"),
    "PublicityRequested": ("dic", "dic", "head"),
    "PublicityReported": ("dai-pttt", "broadcaster", "head"),
    "ExpertAssessmentRequested": ("investigator", "proceedings", "head"),
    "ExpertAssessmentDelivered": ("dic", "dic", "head"),
    "ExpertAssessmentDeclined": ("dic", "dic", "head"),
    "AssessmentCouncilProposed": ("dic", "dic", "head"),
    "AssessmentCouncilEstablished": ("ppc", "ppc", "head"),
    "TechnicalMeasureReported": ("vnpt", "enterprise", "head"),
    "TechnicalIncidentReported": ("vnpt", "enterprise", "head"),
    "ProvisionExecuted": ("vnpt", "enterprise", "service"),
    "ProvisionImpossible": ("viettel", "enterprise", "head"),
    "ReportRequested": ("dic", "dic", "head"),
    "ReportSubmitted": ("vnpt", "enterprise", "head"),
    "ReportConsolidated": ("dic", "dic", "head"),
    "EventCorrected": ("vnpt", "enterprise", "head"),
    "EventRecalled": ("vnpt", "enterprise", "head"),
    "ReplyOverdue": ("police", "police", "service"),
    "ConflictResolved": ("dic", "dic", "head"),
}


@dataclass(frozen=True)
class TestOnlySigner:
    """A signer whose key anyone can compute from its owner's name."""

    __test__ = False
    agency: str
    signatory: str

    @property
    def key(self) -> SigningKey:
        """The private key, from a published text."""
        text = f"phoihop golden events, test only, never list this key: lao-cai/{self.agency}/{self.signatory}"
        return SigningKey(hashlib.sha256(text.encode()).digest())

    @property
    def public_key(self) -> PublicKey:
        """The public key."""
        return PublicKey(bytes(self.key.verify_key))

    @property
    def kid(self) -> str:
        """The key's id."""
        return self.public_key.kid("lao-cai", self.agency, self.signatory)

    def sign(self, message: bytes) -> bytes:
        """The signature's 64 bytes."""
        return self.key.sign(message).signature


def make(content: Content) -> tuple[SignedEvent, TestOnlySigner]:
    """The golden event of a content, and its signer."""
    event_type = type(content).__name__
    number = EVENT_TYPES.index(event_type) + 1
    sender, role, signatory = SENDERS.get(event_type, ("police", "police", "head"))
    document = not content.PROTOCOL
    signer = TestOnlySigner(sender, signatory if document else "service")
    salt = hashlib.sha256(f"salt {event_type}".encode()).digest()
    body = content.to_bytes()
    previous = GENESIS if number == 1 else hashlib.sha256(b"an earlier envelope").digest()
    others = [agency for agency in ("customs", "dic", "vnpt") if agency != sender]
    envelope = Envelope(
        event_type=event_type,
        version=content.VERSION,
        id=event_id(number),
        time=datetime(2026, 11, 21, 3, number % 60, 5, 678_000, tzinfo=UTC),
        province="lao-cai",
        sender=sender,
        role=role,
        recipients=tuple(Recipient(agency, number, previous) if document else Recipient(agency) for agency in others),
        contentdigest=content_digest(salt, body),
        nonce=hashlib.sha256(f"nonce {event_type}".encode()).digest()[:16],
        clause="LC-2.4a" if document else None,
        case=event_id(900) if document else None,
        cause=event_id(number - 1) if document and number > 1 else None,
        basis=event_id(4) if document and number > 4 else None,
        due=datetime(2026, 11, 25, 10, 0, tzinfo=UTC) if event_type.endswith("Requested") and document else None,
        docnumber=f"{number:02d}" if document else None,
        docsymbol=f"CV-{sender.upper()}" if document else None,
    )
    signed = envelope.to_bytes()
    return SignedEvent(envelope, signed, salt, body, sign_envelope(signed, signer)), signer


def golden_file(content: Content) -> dict[str, str]:
    """The members of a golden file."""
    event, signer = make(content)
    return {
        "note": "Signed with a key that anyone can compute (tests/contract/golden_events.py). Test only.",
        "payload": event.payload.decode(),
        "signature": event.signature,
        "digest": base64url.encode(event.digest),
        "public_key": signer.public_key.text,
    }
