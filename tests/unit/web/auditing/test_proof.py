"""The proof card: every step passes over a sound history, and what is altered fails the step it belongs to."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from events.audit.finding import AuditCheck
from services.audit.proof_card import ProofCard, prove
from services.audit.proof_step import Standing, StepName
from services.audit.questions.book import open_book
from services.auditor.places import ledger_file, log_folder
from services.auditor.witness_policy import load_policy
from services.evidence.log_files import LogFiles


def card_of(folder: Path, event: str) -> ProofCard:
    with open_book(folder) as book:
        return prove(book, book.ledger.by_id(event)[0], LogFiles(log_folder(folder)), load_policy(folder))


@pytest.fixture
def copied(history: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(history, tmp_path / "copy"))


def test_each_event_of_a_sound_history_is_proven(history: Path) -> None:
    with open_book(history) as book:
        policy, log = load_policy(history), LogFiles(log_folder(history))
        apart = {StepName.CHAIN, StepName.RECEIPTS}
        for logged in book.ledger.read(0, 10_000)[1::17]:
            card = prove(book, logged, log, policy)
            assert card.findings == ()
            assert card.held is not None
            for step in card.steps:
                silent = card.held.envelope.is_protocol and step.name in apart
                assert step.standing is (Standing.APART if silent else Standing.PASSED), (step, logged.first_index)


def test_the_values_are_those_of_the_event_and_its_neighbours(history: Path, some: dict[str, str]) -> None:
    card = card_of(history, some["event"])
    facts = {(fact.name, fact.about): fact.value for step in card.steps for fact in step.facts}
    assert card.held is not None
    envelope = card.held.envelope
    assert facts["clause", ""] == envelope.clause
    for place, link in enumerate(envelope.recipients):
        assert facts["count", link.agency] == link.count
        assert facts["entry", link.agency] == card.logged.first_index + place
        with open_book(history) as book:
            [before] = book.ledger.by_id(str(facts["before", link.agency]))
            assert book.ledger.by_digest(link.previous) == before
    size, grown = facts["size", ""], facts["grown_to", ""]
    assert isinstance(size, int)
    assert isinstance(grown, int)
    assert card.logged.first_index < size < grown
    assert {about for name, about in facts if name == "cosigned"} == {"police", "dic", "customs", "vnpt"}


def altered(statement: str, *values: str) -> Callable[[Path, str], None]:
    """A change to the ledger's file, about an event."""

    def change(folder: Path, event: str) -> None:
        with closing(sqlite3.connect(ledger_file(folder))) as connection:
            assert connection.execute(statement, (*values, event)).rowcount == 1
            connection.commit()

    return change


def other_bytes(folder: Path, event: str) -> None:
    """The envelope's clause is another than the one that was signed."""
    with closing(sqlite3.connect(ledger_file(folder))) as connection:
        [(envelope,)] = connection.execute("SELECT envelope FROM logged WHERE event_id = ?", (event,)).fetchall()
        changed = envelope.replace(b'"clause":"LC-', b'"clause":"DL-')
        assert changed != envelope
        connection.execute("UPDATE logged SET envelope = ? WHERE event_id = ?", (changed, event))
        connection.commit()


def flipped_tile(folder: Path, _event: str) -> None:
    """One bit of each tile of the lowest level."""
    for tile in (log_folder(folder) / "tile" / "0").rglob("*"):
        if tile.is_file():
            data = bytearray(tile.read_bytes())
            data[40] ^= 1
            tile.write_bytes(bytes(data))


def no_tiles(folder: Path, _event: str) -> None:
    shutil.rmtree(log_folder(folder) / "tile")


def foreign_checkpoint(folder: Path, _event: str) -> None:
    """The notes' signature lines are exchanged for others."""
    with closing(sqlite3.connect(ledger_file(folder))) as connection:
        for size, note in connection.execute("SELECT size, note FROM checkpoints").fetchall():
            text, _, line = note.partition("\n\n")
            broken = line[:-20] + ("A" if line[-20] != "A" else "B") + line[-19:]
            connection.execute("UPDATE checkpoints SET note = ? WHERE size = ?", (f"{text}\n\n{broken}", size))
        connection.commit()


def other_cosigner(folder: Path, _event: str) -> None:
    """The police's lines stand under another witness's name."""
    with closing(sqlite3.connect(ledger_file(folder))) as connection:
        connection.execute("UPDATE cosignatures SET witness = 'viettel' WHERE witness = 'police'")
        connection.commit()


ATTACKS = (
    (other_bytes, StepName.SIGNATURE, {AuditCheck.SIGNATURE}),
    (altered("UPDATE logged SET stored_at = ? WHERE event_id = ?", "2020-01-01T00:00:00.000Z"), StepName.INCLUSION,
     {AuditCheck.NOT_IN_LOG}),
    (altered("UPDATE logged SET stream_sequence = stream_sequence + 1 WHERE event_id = ?"), StepName.INCLUSION,
     {AuditCheck.NOT_IN_LOG}),
    (flipped_tile, StepName.INCLUSION, {AuditCheck.NOT_IN_LOG}),
    (no_tiles, StepName.INCLUSION, {AuditCheck.LOG_TAMPERED}),
    (foreign_checkpoint, StepName.CHECKPOINT, {AuditCheck.CHECKPOINT_UNSIGNED}),
    (other_cosigner, StepName.COSIGNATURES, {AuditCheck.COSIGNATURES_MISSING}),
)  # fmt: skip


@pytest.mark.parametrize(("attack", "name", "checks"), ATTACKS, ids=lambda one: getattr(one, "__name__", None))
def test_what_was_altered_fails_the_step_it_belongs_to(
    copied: Path, some: dict[str, str], attack: Callable[[Path, str], None], name: StepName, checks: set[AuditCheck]
) -> None:
    attack(copied, some["event"])
    card = card_of(copied, some["event"])
    assert card.standing is Standing.FAILED
    step = card.of(name)
    assert step.standing is Standing.FAILED
    assert {one.check for one in step.findings} == checks


def test_what_is_lacking_is_open_and_not_wrong(copied: Path, some: dict[str, str]) -> None:
    with closing(sqlite3.connect(ledger_file(copied))) as connection:
        connection.execute("DELETE FROM cosignatures WHERE witness = 'police'")
        connection.commit()
    card = card_of(copied, some["event"])
    assert (card.standing, card.findings) == (Standing.OPEN, ())
    assert (card.of(StepName.COSIGNATURES).standing, card.of(StepName.COSIGNATURES).why) == (
        Standing.OPEN, "not_witnessed",
    )  # fmt: skip
    with closing(sqlite3.connect(ledger_file(copied))) as connection:
        connection.executescript("DELETE FROM witnessed; DELETE FROM checkpoints")
        connection.commit()
    card = card_of(copied, some["event"])
    assert {card.of(name).why for name in (StepName.INCLUSION, StepName.CHECKPOINT)} == {"not_covered"}
