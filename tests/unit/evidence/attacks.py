"""Attacks on packages, each with the name under which it must be found.

Where nothing else is said the forger is a clever one: manifest and pages follow from what the package holds after the
attack, as if it had been exported so. Some forgers have keys: an agency that cheats, or the auditor itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from events import base64url
from events.audit.finding import AuditCheck
from events.audit.log_keys import service_keys
from events.canonical import canonical_json
from events.envelope import parse_envelope
from events.instants import format_instant, parse_instant
from events.recipients import GENESIS, Recipient
from events.transparency.cosignature import CosignerKey
from events.transparency.merkle import leaf_hash, root_of
from events.transparency.policy import Policy, PolicyWitness
from events.transparency.policy_file import format_policy
from events.types.protocol import EventReceived, EventRefused, ReceiptEntry, ReceiptOutcome
from events.types.transparency import LogAlarmRaised, LogProblem
from services.auditor.ledger import NewEvent
from services.evidence.manifest import Selection
from services.identity.network_change import Registrar
from tests.unit.evidence.tampering import Line, Members, edited, flip, of_type, pack, seal, unpack
from tests.unit.evidence.town import BEGAN, Town, make_town, sign, told_town

Make = Callable[["Scene"], Path]


@dataclass(frozen=True)
class Scene:
    """Where an attack takes place: a town that is not changed, and an empty folder."""

    town: Town
    folder: Path

    @property
    def target(self) -> Path:
        return self.folder / "forged.zip"

    def members(self, selection: Selection | None = None) -> Members:
        """A good package taken apart: of everything, if nothing else is asked for."""
        wanted = selection or Selection("all")
        if wanted not in self.town.good:
            self.town.good[wanted] = unpack(self.town.export(f"good-{wanted.kind}.zip", wanted))
        return dict(self.town.good[wanted])

    def sealed(self, members: Members) -> Path:
        return seal(members, self.town.root, self.target)

    def packed(self, members: Members) -> Path:
        return pack(members, self.target)

    def case(self) -> Selection:
        return Selection("case", case=a_case(self.town))

    def period(self) -> Selection:
        """The minutes around the middle of the log."""
        logged = self.town.ledger.read(self.town.ledger.size // 3, 1)[0]
        since = parse_instant(logged.stored_at or "")
        return Selection("period", since=format_instant(since), until=format_instant(since + timedelta(minutes=4)))

    def cheating(self, cheat: Callable[[Town], object]) -> Path:
        """A package of everything from a town of its own in which somebody cheats with real keys."""
        town = make_town(self.folder / "town")
        town.history.play(1)
        cheat(town)
        town.checkpoint()
        return town.export("cheating.zip")


@dataclass(frozen=True)
class Attack:
    """One attack: what is done, the check by whose name it must be found, and how."""

    name: str
    check: AuditCheck
    make: Make

    def __str__(self) -> str:
        return self.name


ATTACKS: list[Attack] = []


def attack(name: str, check: AuditCheck) -> Callable[[Make], Make]:
    """Put a function on the list of attacks."""

    def keep(make: Make) -> Make:
        ATTACKS.append(Attack(name, check, make))
        return make

    return keep


def root_key(scene: Scene) -> str:
    """The root key of the town in which the attack took place."""
    own = scene.folder / "town" / "directory" / "root.vkey"
    return own.read_text("utf-8").strip() if own.exists() else str(scene.town.root)


def a_case(town: Town) -> str:
    """The first case of the ledger."""
    envelopes = (parse_envelope(logged.envelope) for logged in town.ledger.read(0, 100))
    return next(envelope.case for envelope in envelopes if envelope.case is not None)


def documents(lines: list[Line]) -> list[Line]:
    return [line for line in lines if '"docnumber":' in line["envelope"]]


def recipients(line: Line) -> int:
    return len(parse_envelope(line["envelope"].encode()).recipients)


# --- one event -------------------------------------------------------------------------------------------------------


@attack("event altered", AuditCheck.SIGNATURE)
def altered(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        line = next(line for line in documents(lines) if '"role":"police"' in line["envelope"])
        line["envelope"] = line["envelope"].replace('"role":"police"', '"role":"dic"', 1)

    return scene.sealed(edited(scene.members(), edit))


@attack("event that is not of its form", AuditCheck.FORM)
def malformed(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        line = documents(lines)[2]
        line["envelope"] = line["envelope"].replace('","', '", "', 1)

    return scene.sealed(edited(scene.members(), edit))


@attack("signed by a key that nobody knows", AuditCheck.KEY_UNKNOWN)
def stranger(scene: Scene) -> Path:
    other = make_town(scene.folder / "other")

    def edit(lines: list[Line]) -> None:
        line = documents(lines)[0]
        envelope = parse_envelope(line["envelope"].encode())
        line["signature"] = sign(envelope, other.signer(envelope.sender))[1]

    return scene.sealed(edited(scene.members(), edit))


@attack("key used before its period", AuditCheck.KEY_PERIOD)
def too_early(scene: Scene) -> Path:
    return scene.cheating(lambda town: town.tell("trade", "dic", time=BEGAN - timedelta(days=60)))


@attack("key used after its revocation", AuditCheck.KEY_PERIOD)
def revoked(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.revoke("trade", "head", town.history.log.tick())
        town.tell("trade", "dic")

    return scene.cheating(cheat)


@attack("content swapped under its digest", AuditCheck.CONTENT_SWAPPED)
def swapped(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        line = next(line for line in documents(lines) if "data" in line)
        line["data"] = line["data"].replace("ban đêm", "ban ngày")

    return scene.sealed(edited(scene.members(), edit))


@attack("dated after it was stored", AuditCheck.TIME)
def ahead(scene: Scene) -> Path:
    return scene.cheating(lambda town: town.tell("trade", "dic", time=BEGAN + timedelta(days=3)))


# --- the log ---------------------------------------------------------------------------------------------------------


@attack("event dropped from everything", AuditCheck.TRIMMED)
def dropped(scene: Scene) -> Path:
    return scene.sealed(edited(scene.members(), lambda lines: lines[:7] + lines[8:]))


@attack("event dropped from the end of everything", AuditCheck.TRIMMED)
def cut_off(scene: Scene) -> Path:
    return scene.sealed(edited(scene.members(), lambda lines: lines[:-3]))


@attack("event that the auditor never logged, though it was receipted", AuditCheck.NOT_IN_LOG)
def left_out(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        lost = town.tell("trade", "dic", logged=False)
        town.say("dic", receipt(lost, 1), "trade")

    return scene.cheating(cheat)


@attack("event inserted into everything", AuditCheck.ENTRY_MISMATCH)
def inserted(scene: Scene) -> Path:
    new = scene.town.tell("trade", "market", links=(Recipient("market", 1, GENESIS),), logged=False)

    def edit(lines: list[Line]) -> None:
        at = next(place for place, line in enumerate(lines) if recipients(line) == 1 and place > 5)
        lines[at] = as_line(new, lines[at]["first_index"])

    return scene.sealed(edited(scene.members(), edit))


@attack("event inserted into a case", AuditCheck.NOT_IN_LOG)
def inserted_into_case(scene: Scene) -> Path:
    case = scene.case()
    new = scene.town.tell("trade", "market", links=(Recipient("market", 1, GENESIS),), case=case.case, logged=False)

    def edit(lines: list[Line]) -> None:
        at = next(place for place, line in enumerate(lines) if recipients(line) == 1)
        lines[at] = as_line(new, lines[at]["first_index"]) | {"proofs": lines[at]["proofs"]}

    return scene.sealed(edited(scene.members(case), edit))


@attack("events reordered", AuditCheck.ORDER)
def reordered(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        lines[4], lines[5] = lines[5], lines[4]

    return scene.sealed(edited(scene.members(scene.case()), edit))


@attack("events reordered with their places", AuditCheck.ENTRY_MISMATCH)
def moved(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        at = next(
            place for place in range(4, len(lines)) if recipients(lines[place]) == recipients(lines[place + 1]) == 1
        )
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
        for line in (lines[at], lines[at + 1]):
            line["first_index"] = lines[at - 1]["first_index"] + recipients(lines[at - 1]) + (line is lines[at + 1])

    return scene.sealed(edited(scene.members(), edit))


@attack("addressed to one, delivered to another", AuditCheck.ENTRY_MISMATCH)
def redirected(scene: Scene) -> Path:
    """The sender signs a second envelope to somebody else, to stand for the one that was delivered."""

    def edit(lines: list[Line]) -> None:
        line = next(line for line in documents(lines) if recipients(line) == 1 and "police" in line["envelope"])
        envelope = parse_envelope(line["envelope"].encode())
        other = replace(envelope, recipients=(Recipient("market", 1, GENESIS),))
        data, line["signature"] = sign(other, scene.town.signer(envelope.sender))
        line["envelope"] = data.decode()

    return scene.sealed(edited(scene.members(), edit))


@attack("stored time altered", AuditCheck.NOT_IN_LOG)
def stored_earlier(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        line = documents(lines)[0]
        earlier = parse_instant(line["stored_at"]) - timedelta(milliseconds=10)
        line["stored_at"] = format_instant(earlier)

    return scene.sealed(edited(scene.members(scene.case()), edit))


@attack("tile flipped by one bit", AuditCheck.LOG_TAMPERED)
def tile_flipped(scene: Scene) -> Path:
    members = scene.members()
    name = next(name for name in members if name.startswith("log/tile/0/"))
    return scene.sealed(members | {name: flip(members[name], 1234)})


@attack("entry bundle flipped by one bit", AuditCheck.LOG_TAMPERED)
def bundle_flipped(scene: Scene) -> Path:
    members = scene.members()
    name = next(name for name in members if name.startswith("log/tile/entries/"))
    return scene.sealed(members | {name: flip(members[name], 8 * 34 * 5 + 100)})


@attack("tile left out", AuditCheck.TRIMMED)
def tile_missing(scene: Scene) -> Path:
    members = scene.members()
    return scene.sealed({name: data for name, data in members.items() if not name.startswith("log/tile/0/")})


# --- checkpoints -----------------------------------------------------------------------------------------------------


@attack("checkpoint rolled back", AuditCheck.LOG_ROLLED_BACK)
def rolled_back(scene: Scene) -> Path:
    """The newest checkpoint is taken out, the events that it covers stay."""
    members = scene.members(scene.period())
    newest = max(sizes(members))
    gone = {f"checkpoints/{newest}.note", "proofs/consistency.jsonl"}
    kept = {name: data for name, data in members.items() if name not in gone}
    older = scene.town.sign_checkpoint(20, bytes(range(32)))
    return scene.sealed({name: data for name, data in kept.items() if "checkpoints/" not in name} | {
        "checkpoints/20.note": older.encode()
    })  # fmt: skip


@attack("newest checkpoint taken out of the package alone", AuditCheck.LOG_ROLLED_BACK)
def rolled_back_plainly(scene: Scene) -> Path:
    members = scene.members(scene.case())
    newest = max(sizes(members))
    return scene.packed({name: data for name, data in members.items() if name != f"checkpoints/{newest}.note"})


@attack("log forked: two checkpoints that contradict each other", AuditCheck.LOG_FORKED)
def forked(scene: Scene) -> Path:
    members = scene.members(scene.case())
    size = min(sizes(members))
    another = scene.town.sign_checkpoint(size, root_of([leaf_hash(bytes([number])) for number in range(size % 256)]))
    return scene.sealed(members | {f"checkpoints/{size}.note": another.encode()})


@attack("log forked between two agencies: one raised an alarm", AuditCheck.LOG_FORKED)
def forked_and_alarmed(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.checkpoint()
        size = town.ledger.size
        other = town.sign_checkpoint(size, bytes(range(32)), witnesses=())
        town.say("dic", alarm(other), "police", "customs")

    return scene.cheating(cheat)


@attack("log rolled back after it had been larger: an alarm shows it", AuditCheck.LOG_ROLLED_BACK)
def shrunk(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        other = town.sign_checkpoint(5_000, bytes(range(32)), witnesses=())
        town.say("dic", alarm(other), "police", "customs")

    return scene.cheating(cheat)


@attack("checkpoint of somebody else's log", AuditCheck.CHECKPOINT_UNSIGNED)
def foreign_checkpoint(scene: Scene) -> Path:
    other = told_town(scene.folder / "other")
    members = scene.members(scene.case())
    size = max(sizes(members))
    note = other.sign_checkpoint(size, bytes(range(32)))
    return scene.sealed(members | {f"checkpoints/{size}.note": note.encode()})


@attack("cosignatures stripped", AuditCheck.COSIGNATURES_MISSING)
def stripped(scene: Scene) -> Path:
    members = scene.members(scene.case())
    return scene.sealed(members | {name: without_cosignatures(data) for name, data in notes(members).items()})


@attack("cosignatures stripped, and a policy put in that asks for none", AuditCheck.COSIGNATURES_MISSING)
def asking_for_none(scene: Scene) -> Path:
    members = scene.members(scene.case())
    bare = {name: without_cosignatures(data) for name, data in notes(members).items()}
    return scene.sealed(members | bare | {"policy": b"quorum none\n"})


@attack("cosignature of another time", AuditCheck.COSIGNATURES_MISSING)
def cosigned_otherwise(scene: Scene) -> Path:
    members = scene.members(scene.case())
    changed = {}
    for name, data in notes(members).items():
        head, _, line = data.decode().rstrip("\n").rpartition(" ")
        changed[name] = f"{head} {line[:8]}{'B' if line[8] != 'B' else 'C'}{line[9:]}\n".encode()
    return scene.sealed(members | changed)


@attack("cosigned with a key that had been revoked", AuditCheck.COSIGNATURES_MISSING)
def cosigned_after_revocation(scene: Scene) -> Path:
    return scene.cheating(lambda town: town.revoke("police", "service", town.history.log.tick()))


@attack("a policy put in whose witnesses nobody knows", AuditCheck.COSIGNATURES_MISSING)
def strangers(scene: Scene) -> Path:
    other = make_town(scene.folder / "other")
    key = CosignerKey("phoihop.lao-cai.police", other.signer("police", "service").public_key)
    policy = Policy((), (PolicyWitness("police", key),), (), "police")
    return scene.sealed(scene.members(scene.case()) | {"policy": format_policy(policy)})


# --- chains and receipts ---------------------------------------------------------------------------------------------


@attack("one count signed twice", AuditCheck.COUNT_TWICE)
def twice(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        links = (Recipient("dic", 1, GENESIS),)
        town.tell("trade", "dic", links=links, text="một")
        town.tell("trade", "dic", links=links, text="hai")

    return scene.cheating(cheat)


@attack("chain that names another predecessor", AuditCheck.CHAIN)
def unchained(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.tell("trade", "dic")
        town.tell("trade", "dic", links=(Recipient("dic", 2, bytes(range(32))),))

    return scene.cheating(cheat)


@attack("chain with a gap that nobody declared", AuditCheck.GAP)
def gapped(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        first = town.tell("trade", "dic")
        town.tell("trade", "dic", links=(Recipient("dic", 3, first.digest),))

    return scene.cheating(cheat)


@attack("back-dated", AuditCheck.BACK_DATED)
def back_dated(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.tell("trade", "dic")
        town.tell("trade", "dic", time=BEGAN - timedelta(minutes=30))

    return scene.cheating(cheat)


@attack("dated before what it cites", AuditCheck.TIME)
def before_its_cause(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        cause = town.tell("market", "trade")
        town.tell("trade", "market", cause=cause.event_id, time=BEGAN - timedelta(minutes=30))

    return scene.cheating(cheat)


@attack("receipt forged: signed with another agency's key", AuditCheck.RECEIPT_FORGED)
def forged_receipt(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        line = of_type(lines, "EventReceived")[0]
        envelope = parse_envelope(line["envelope"].encode())
        line["signature"] = sign(envelope, scene.town.signer("trade", "service"))[1]

    return scene.sealed(edited(scene.members(), edit))


@attack("receipt forged: its envelope altered", AuditCheck.RECEIPT_FORGED)
def altered_receipt(scene: Scene) -> Path:
    def edit(lines: list[Line]) -> None:
        line = of_type(lines, "EventReceived")[0]
        line["envelope"] = line["envelope"].replace('"time":"2026', '"time":"2025')

    return scene.sealed(edited(scene.members(scene.case()), edit))


@attack("receipt by somebody who was not addressed", AuditCheck.RECEIPT_FORGED)
def not_addressed(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        sent = town.tell("trade", "dic")
        town.say("customs", receipt(sent, 1), "trade")

    return scene.cheating(cheat)


@attack("refusal by somebody who was not addressed", AuditCheck.RECEIPT_FORGED)
def refused_by_stranger(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        sent = town.tell("trade", "dic")
        refusal = EventRefused(
            event=sent.event_id, count=1, digest=base64url.encode(sent.digest), check=14, reason="recipient",
            explanation="Không thuộc thẩm quyền.",
        )  # fmt: skip
        town.say("customs", refusal, "trade")

    return scene.cheating(cheat)


@attack("receipt for another document under that count", AuditCheck.RECEIPT_MISMATCH)
def other_document(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        town.tell("trade", "dic", text="một")
        second = town.tell("trade", "dic", text="hai")
        town.say("dic", receipt(second, 1), "trade")

    return scene.cheating(cheat)


@attack("receipt for a document that nobody sent", AuditCheck.RECEIPT_MISMATCH)
def unknown_document(scene: Scene) -> Path:
    def cheat(town: Town) -> None:
        first, last = town.tell("trade", "dic"), town.tell("trade", "dic")
        made_up = receipt(replace(first, digest=bytes(range(32))), 1)
        town.say(
            "dic", made_up.model_copy(update={"upto_count": 2, "upto_digest": base64url.encode(last.digest)}), "trade"
        )

    return scene.cheating(cheat)


# --- the directory ---------------------------------------------------------------------------------------------------


@attack("directory swapped for another province's root", AuditCheck.DIRECTORY_SWAPPED)
def other_directory(scene: Scene) -> Path:
    other = make_town(scene.folder / "other")
    members = scene.members()
    return scene.packed(members | {"directory/000001.note": other.directories.note(1).encode()})


@attack("directory altered", AuditCheck.DIRECTORY_SWAPPED)
def altered_directory(scene: Scene) -> Path:
    members = scene.members()
    note = members["directory/000001.note"].replace(b"VNPT", b"VNTP", 1)
    return scene.packed(members | {"directory/000001.note": note})


@attack("directory rolled back to before a revocation", AuditCheck.DIRECTORY_ROLLED_BACK)
def older_directory(scene: Scene) -> Path:
    town = make_town(scene.folder / "town")
    town.history.play(1)
    town.revoke("trade", "head", town.history.log.tick())
    town.tell("police", "dic")
    town.checkpoint()
    members = unpack(town.export("revoked.zip"))
    return seal(
        {name: data for name, data in members.items() if name != "directory/000002.note"}, town.root, scene.target
    )


@attack(
    "directory whose second version was exchanged for another that the root key signed", AuditCheck.DIRECTORY_SWAPPED
)
def forked_directory(scene: Scene) -> Path:
    town = make_town(scene.folder / "town")
    copy = shutil.copytree(town.folder / "directory", scene.folder / "copy" / "directory")
    town.history.play(1)
    # Nobody publishes them, so that only their own chain can show it.
    for agency, folder in (("trade", town.folder), ("market", town.folder), ("customs", copy.parent)):
        keys = [key.kid for key in service_keys(town.directories.load(), agency)]
        Registrar(folder).revoke_keys(keys, at=town.history.log.now, now=town.history.log.now)
    town.checkpoint()
    exchanged = {"directory/000002.note": (copy / "000002.note").read_bytes()}
    return seal(unpack(town.export("published.zip")) | exchanged, town.root, scene.target)


@attack("directory whose first version was left out", AuditCheck.DIRECTORY_SWAPPED)
def beheaded_directory(scene: Scene) -> Path:
    town = make_town(scene.folder / "town")
    town.history.play(1)
    town.revoke("trade", "head", town.history.log.tick())
    town.checkpoint()
    members = unpack(town.export("published.zip"))
    del members["directory/000001.note"]
    return pack(members, scene.target)


# --- the package -----------------------------------------------------------------------------------------------------


@attack("case trimmed: a document taken out", AuditCheck.TRIMMED)
def case_trimmed(scene: Scene) -> Path:
    members = scene.members(scene.case())
    return scene.packed(edited(members, lambda lines: lines[:2] + lines[3:]))


@attack("period trimmed: a document taken out of its middle", AuditCheck.TRIMMED)
def period_trimmed(scene: Scene) -> Path:
    return scene.sealed(edited(scene.members(scene.period()), lambda lines: lines[:3] + lines[4:]))


@attack("period trimmed at its beginning", AuditCheck.TRIMMED)
def period_begins_later(scene: Scene) -> Path:
    return scene.sealed(edited(scene.members(scene.period()), lambda lines: lines[2:]))


@attack("period trimmed at its end", AuditCheck.TRIMMED)
def period_ends_earlier(scene: Scene) -> Path:
    return scene.sealed(edited(scene.members(scene.period()), lambda lines: lines[:-2]))


@attack("member taken out", AuditCheck.TRIMMED)
def member_taken_out(scene: Scene) -> Path:
    members = scene.members(scene.case())
    return scene.packed({name: data for name, data in members.items() if name != "report.html"})


@attack("member altered", AuditCheck.FORM)
def member_altered(scene: Scene) -> Path:
    members = scene.members(scene.case())
    return scene.packed(members | {"report.html": members["report.html"] + b"\n"})


@attack("manifest that says something else", AuditCheck.TRIMMED)
def manifest_altered(scene: Scene) -> Path:
    members = scene.members(scene.case())
    manifest = members["manifest.json"].replace(b'"documents":', b'"documents":1', 1)
    return scene.packed(members | {"manifest.json": manifest})


def page_altered(scene: Scene) -> Path:
    """A page that tells another story, in a package that is otherwise right to the last digest."""
    members = scene.members(scene.case())
    page = members["report.html"].replace("Công an tỉnh".encode(), "Công ty tỉnh".encode())
    assert page != members["report.html"]
    manifest = json.loads(members["manifest.json"])
    entry = next(entry for entry in manifest["members"] if entry["name"] == "report.html")
    entry |= {"bytes": len(page), "sha256": base64url.encode(sha256(page).digest())}
    return scene.packed(members | {"report.html": page, "manifest.json": canonical_json(manifest) + b"\n"})


PAGE_ATTACK = Attack("page that tells another story", AuditCheck.PAGE, page_altered)
"""Only this project's verifier makes the pages again."""


# --- what attacks are made of ----------------------------------------------------------------------------------------


def as_line(event: NewEvent, first_index: int) -> Line:
    """An event that was signed as a package would hold it."""
    return {
        "envelope": event.envelope.decode(),
        "first_index": first_index,
        "signature": event.signature,
        "stream_sequence": event.stream_sequence,
        "stored_at": event.stored_at,
    }


def receipt(event: NewEvent, count: int, version: int = 1) -> EventReceived:
    """A receipt for one document, under a count."""
    digest = base64url.encode(event.digest)
    entry = ReceiptEntry(
        count=count, event=event.event_id, digest=digest, outcome=ReceiptOutcome.ADMITTED, incoming_number=1,
        admitted_at=BEGAN + timedelta(hours=2), directory_version=version, late=False,
    )  # fmt: skip
    return EventReceived(upto_count=count, upto_digest=digest, entries=(entry,))


def alarm(note: str) -> LogAlarmRaised:
    return LogAlarmRaised(problem=LogProblem.FORKED, explanation="Hai điểm kiểm tra mâu thuẫn.", checkpoints=(note,))


def notes(members: Members) -> Members:
    return {name: data for name, data in members.items() if name.startswith("checkpoints/")}


def sizes(members: Members) -> list[int]:
    return [int(name[12:-5]) for name in notes(members)]


def without_cosignatures(note: bytes) -> bytes:
    text, _, lines = note.decode().partition("\n\n")
    return f"{text}\n\n{lines.splitlines()[0]}\n".encode()
