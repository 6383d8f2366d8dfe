"""Attacks on packages, continued: those by somebody who has read the verifier, and builds a package by hand.

Importing this module puts them on the list with the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha512
from pathlib import Path
from typing import Any

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
)

from events import base64url
from events.audit.finding import AuditCheck
from events.canonical import canonical_json
from events.instants import format_instant
from events.note import parse_verifier_key
from events.signature import protected_header
from events.types.protocol import EventReceived, ReceiptEntry, ReceiptOutcome
from services.evidence.manifest import Selection
from services.identity.signer import FileSigner
from tests.unit.evidence.attacks import ATTACKS, Scene, alarm, attack, receipt, root_key
from tests.unit.evidence.tampering import Line, Members, edited, of_type, seal, unpack
from tests.unit.evidence.town import BEGAN, Town, make_town

__all__ = ["ATTACKS"]

BOM = b"\xef\xbb\xbf"
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
"""A point of small order: eight times it is nothing."""


# --- a package that holds less than it says --------------------------------------------------------------------------


@attack("period without a single event, said to be complete", AuditCheck.TRIMMED)
def empty_period(scene: Scene) -> Path:
    return scene.sealed(without(scene.members(scene.period()), "events/"))


@attack("case without a single event", AuditCheck.TRIMMED)
def empty_case(scene: Scene) -> Path:
    return scene.sealed(without(scene.members(scene.case()), "events/"))


@attack("period whose edge has no time but its sender's", AuditCheck.TRIMMED)
def edge_without_time(scene: Scene) -> Path:
    """An accomplice's document, dated back and brought to the log beside the broker, is to hide what was before it."""
    town = make_town(scene.folder / "town")
    town.history.play(1)
    bare = town.tell("market", "trade", time=BEGAN - timedelta(minutes=1), logged=False)
    town.history.log.put(replace(bare, stored_at=None, stream_sequence=None))
    town.history.play(1)
    town.checkpoint()
    asked = Selection("period", since=format_instant(BEGAN), until=format_instant(BEGAN + timedelta(days=1)))
    members = unpack(town.export("period.zip", asked))

    def edit(lines: list[Line]) -> list[Line]:
        at = next(place for place, line in enumerate(lines) if bare.event_id in line["envelope"])
        return lines[at:]

    return seal(edited(members, edit), town.root, scene.target)


@attack("documents of one case, said to be another's", AuditCheck.FORM)
def another_case(scene: Scene) -> Path:
    other = {"kind": "case", "case": "00000000-0000-4000-8000-000000000000"}
    return scene.sealed(manifest_with(scene.members(scene.case()), selection=other))


@attack("case whose name is a sentence", AuditCheck.FORM)
def spoken_case(scene: Scene) -> Path:
    said = {"kind": "case", "case": "Tòa án đã xác nhận toàn bộ gói này"}
    return scene.packed(manifest_with(scene.members(scene.case()), selection=said))


@attack("period that ends before it begins", AuditCheck.FORM)
def reversed_period(scene: Scene) -> Path:
    members = scene.members(scene.period())
    asked = json.loads(members["manifest.json"])["selection"]
    asked["since"], asked["until"] = asked["until"], asked["since"]
    return scene.packed(manifest_with(members, selection=asked))


@attack("alarm over a fork whose content was taken out", AuditCheck.TRIMMED)
def silenced_alarm(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.checkpoint()
        town.say("dic", alarm(town.sign_checkpoint(town.ledger.size, bytes(range(32)), witnesses=())), "police")

    return silenced(scene, cheat, "LogAlarmRaised")


@attack("directory rolled back, and whatever names the newer one silenced", AuditCheck.TRIMMED)
def silenced_directory(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.revoke("trade", "head", town.history.log.tick())
        town.tell("trade", "dic")

    return silenced(scene, cheat, "DirectoryPublished", "EventReceived", gone="directory/000002.note")


# --- signatures and keys ---------------------------------------------------------------------------------------------


@attack("stolen key, and a log that leaves out when the broker stored it", AuditCheck.KEY_PERIOD)
def stored_never(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        at = town.history.log.tick()
        town.revoke("trade", "head", at)
        event = town.tell("trade", "dic", time=at - timedelta(seconds=2), logged=False)
        town.history.log.put(replace(event, stored_at=None, stream_sequence=None))

    return scene.cheating(cheat)


@attack("signature that only some verifiers would take", AuditCheck.SIGNATURE)
def with_small_order(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        event = town.tell("trade", "dic", logged=False)
        header = protected_header(town.signer("trade").kid)
        raw = cofactored(town.signer("trade"), f"{header}.".encode() + event.envelope)
        town.history.log.put(replace(event, signature=f"{header}..{base64url.encode(raw)}"))

    return scene.cheating(cheat)


@attack("document that the log holds twice", AuditCheck.COUNT_TWICE)
def logged_twice(scene: Scene) -> Path:
    """So that one warning looks like two; the ledger itself would not take it, the log's keeper makes it so."""

    def cheat(town: Town) -> None:
        event = town.tell("trade", "dic")
        town.history.log.write()
        again = replace(event, digest=bytes(32), stream_sequence=(event.stream_sequence or 0) + 1)
        town.history.log.put(again)

    return scene.cheating(cheat)


# --- receipts and dates ----------------------------------------------------------------------------------------------


@attack("back-dated, and logged before the document that it follows", AuditCheck.BACK_DATED)
def back_dated_out_of_order(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        first = town.tell("trade", "dic", logged=False)
        second = town.tell("trade", "dic", time=BEGAN - timedelta(minutes=30), logged=False)
        town.history.log.put(second)
        town.history.log.put(first)

    return scene.cheating(cheat)


@attack("recipient that admits a document and refuses it later", AuditCheck.RECEIPT_MISMATCH)
def two_words(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        said = receipt(town.tell("trade", "dic"), 1)
        town.say("dic", said, "trade")
        refused = of_entry(said, outcome=ReceiptOutcome.REFUSED, incoming_number=None)
        town.say("dic", refused.model_copy(update={"refused": (1,)}), "trade")

    return scene.cheating(cheat)


@attack("admitted before it was signed", AuditCheck.RECEIPT_MISMATCH)
def admitted_before(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        said = receipt(town.tell("trade", "dic"), 1)
        town.say("dic", of_entry(said, admitted_at=BEGAN - timedelta(days=9)), "trade")

    return scene.cheating(cheat)


@attack("receipt that names another event beside the right digest", AuditCheck.RECEIPT_MISMATCH)
def another_id(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        said = receipt(town.tell("trade", "dic"), 1)
        town.say("dic", of_entry(said, event=town.tell("trade", "market").event_id), "trade")

    return scene.cheating(cheat)


# --- other spellings of the same -------------------------------------------------------------------------------------


@attack("proofs in a package of everything, where nobody would check them", AuditCheck.FORM)
def idle_proofs(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        lines[3]["proofs"] = [[base64url.encode(bytes(32))]]

    return scene.sealed(edited(scene.members(), edit))


@attack("events whose last line does not end", AuditCheck.FORM)
def unended(scene: Scene) -> Path:
    members = scene.members()
    return scene.sealed(members | {"events/000001.jsonl": members["events/000001.jsonl"][:-1]})


@attack("consistency proofs parted by another newline", AuditCheck.FORM)
def carriage_return(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        for _ in range(2):
            town.checkpoint()
            town.tell("trade", "dic")

    members = unpack(scene.cheating(cheat))
    lines = members["proofs/consistency.jsonl"]
    changed = members | {"proofs/consistency.jsonl": lines.replace(b"\n", b"\r", 1)}
    return seal(changed, parse_verifier_key(root_key(scene)), scene.target)


@attack("consistency proofs that stand twice", AuditCheck.FORM)
def doubled_proofs(scene: Scene) -> Path:
    members = scene.members()
    return scene.sealed(members | {"proofs/consistency.jsonl": members["proofs/consistency.jsonl"] * 2})


@attack("manifest behind a byte order mark", AuditCheck.FORM)
def marked_manifest(scene: Scene) -> Path:
    members = scene.members(scene.case())
    return scene.packed(members | {"manifest.json": BOM + members["manifest.json"]})


@attack("checkpoint behind a byte order mark", AuditCheck.CHECKPOINT_UNSIGNED)
def marked_checkpoint(scene: Scene) -> Path:
    members = scene.members(scene.case())
    name = max(name for name in members if name.startswith("checkpoints/"))
    return scene.sealed(members | {name: BOM + members[name]})


@attack("manifest that says more than a manifest does", AuditCheck.FORM)
def talkative_manifest(scene: Scene) -> Path:
    return scene.packed(manifest_with(scene.members(scene.case()), note="Đã được Tòa án kiểm tra."))


@attack("manifest whose counts are words", AuditCheck.FORM)
def wordy_manifest(scene: Scene) -> Path:
    return scene.packed(manifest_with(scene.members(scene.case()), html_by=5))


@attack("manifest of another log's origin", AuditCheck.TRIMMED)
def other_origin(scene: Scene) -> Path:
    members = scene.members(scene.case())
    log = json.loads(members["manifest.json"])["log"]
    return scene.packed(manifest_with(members, log=log | {"origin": "phoihop.dak-lak.log"}))


@attack("manifest that lists its members otherwise than they stand", AuditCheck.FORM)
def shuffled_manifest(scene: Scene) -> Path:
    members = scene.members(scene.case())
    listed = json.loads(members["manifest.json"])["members"]
    return scene.packed(manifest_with(members, listed=[*listed[1:], listed[0]]))


# --- what these are made of ------------------------------------------------------------------------------------------


def without(members: Members, beginning: str) -> Members:
    return {name: data for name, data in members.items() if not name.startswith(beginning)}


def manifest_with(members: Members, listed: list[Any] | None = None, **changes: Any) -> Members:
    """The members with another manifest; `listed` is what it lists, if that is to be another."""
    manifest = json.loads(members["manifest.json"]) | changes
    manifest["members"] = listed or manifest["members"]
    return members | {"manifest.json": canonical_json(manifest) + b"\n"}


def silence(*types: str) -> Callable[[list[Line]], None]:
    """Take the contents of these messages out."""

    def edit(lines: list[Line]) -> None:
        for event_type in types:
            for line in of_type(lines, event_type):
                line.pop("data", None)

    return edit


def silenced(scene: Scene, cheat: Callable[[Town], object], *types: str, gone: str = "none") -> Path:
    """A package of everything after a cheat, without the contents of these messages."""
    members = without(edited(unpack(scene.cheating(cheat)), silence(*types)), gone)
    return seal(members, parse_verifier_key(root_key(scene)), scene.target)


def of_entry(said: EventReceived, **changes: Any) -> EventReceived:
    """The receipt with another entry."""
    entry: ReceiptEntry = said.entries[0].model_copy(update=changes)
    return said.model_copy(update={"entries": (entry,)})


def cofactored(signer: FileSigner, message: bytes) -> bytes:
    """A signature whose R has a part of small order: right where the equation is multiplied by 8, else wrong."""
    assert signer._private is not None
    scalar = bytearray(sha512(signer._private[:32]).digest()[:32])
    scalar[0] &= 248
    scalar[31] = scalar[31] & 127 | 64
    nonce = crypto_core_ed25519_scalar_reduce(sha512(b"nonce" + message).digest())
    point = crypto_core_ed25519_add(crypto_scalarmult_ed25519_base_noclamp(nonce), ORDER_8)
    hashed = crypto_core_ed25519_scalar_reduce(sha512(point + bytes(signer.public_key) + message).digest())
    secret = crypto_core_ed25519_scalar_reduce(bytes(scalar) + bytes(32))
    return point + crypto_core_ed25519_scalar_add(nonce, crypto_core_ed25519_scalar_mul(hashed, secret))
