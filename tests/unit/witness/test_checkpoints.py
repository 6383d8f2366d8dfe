"""What a witness cosigns, what it refuses, and which alarm it raises."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from events.audit.log_keys import log_name, witness_keys, witness_name
from events.note import Note, VerifierKey, format_note, parse_note
from events.record_entry import EntryKind
from events.transparency.checkpoint import open_checkpoint, parse_checkpoint
from events.transparency.cosignature import verified_cosignatures
from events.types.protocol import HeadsAnnounced
from events.types.transparency import CheckpointPublished, LogProblem
from services.agency.exchange import heads_of
from services.witness.checkpoints import Shown
from services.witness.notebook import Notebook, Proof, Standing
from services.witness.stating import ViewStatements
from tests.unit.agency.houses import NOW, Houses, arrival, use_directory, with_keys
from tests.unit.witness.small_log import SmallLog, stranger
from tests.unit.witness.watching import small_log, watching


@pytest.fixture
def log(houses: Houses, tmp_path: Path) -> SmallLog:
    return small_log(houses, tmp_path / "log")


def other_log(houses: Houses, tmp_path: Path) -> SmallLog:
    """A second log of the same auditor: the same key, another history."""
    return small_log(houses, tmp_path / "other")


async def test_a_growing_log_is_cosigned_step_by_step(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        for size in (1, 7, 256, 700):
            log.strangers(size - log.size, log.size)
            watch.show()
            await watch.until_cosigned(size)
        assert watch.raised == []
        notes = [parse_note(each.checkpoint) for each in watch.cosigned]
        assert [parse_checkpoint(note.text).size for note in notes] == [1, 7, 256, 700]
        keys = witness_keys(houses.directory, "dic")
        for note in notes:
            (line,) = note.signatures
            assert line.name == witness_name("lao-cai", "dic") == "phoihop.lao-cai.dic"
            (cosignature,) = verified_cosignatures(note, keys)
            assert cosignature.time == NOW
        assert [entry.event.envelope.agencies for entry in watch.said("CheckpointCosigned")] == [("auditor",)] * 4


async def test_heads_show_the_newest_cosigned_checkpoint(houses: Houses, log: SmallLog) -> None:
    async with watching(houses, "dic", log) as watch:
        with watch.house.record.writing() as transaction:
            assert heads_of(transaction, "police", 1, answer=False).checkpoint is None
        log.strangers(3)
        watch.show()
        await watch.until_cosigned(3)
        with watch.house.record.writing() as transaction:
            shown = heads_of(transaction, "police", 1, answer=False).checkpoint
        assert shown is not None
        key = VerifierKey(log_name("lao-cai"), log.public_key)
        assert open_checkpoint(shown, key).size == 3
        assert len(verified_cosignatures(parse_note(shown), witness_keys(houses.directory, "dic"))) == 1


async def test_cosignatures_of_others_are_not_handed_on(houses: Houses, log: SmallLog) -> None:
    log.strangers(3)
    note = parse_note(log.note())
    foreign = Note(note.text, (*note.signatures, note.signatures[0].__class__("someone", b"1234", b"x" * 72)))
    async with watching(houses, "dic", log) as watch:
        watch.show(format_note(foreign))
        await watch.until_cosigned(3)
        seen = watch.seen
        assert seen is not None
        assert seen.cosigned_note is not None
        assert "someone" not in seen.note + seen.cosigned_note


async def test_a_checkpoint_that_is_told_again_is_cosigned_again(houses: Houses, log: SmallLog) -> None:
    """The auditor may have lost the cosignature."""
    log.strangers(3)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(3)
        watch.show()
        await watch.until(lambda: len(watch.cosigned) == 2)
        assert watch.raised == []


async def test_two_trees_of_one_size_are_a_fork(houses: Houses, log: SmallLog, tmp_path: Path) -> None:
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(5, first=100)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        watch.show(other.note())
        alarm = await watch.until_raised("forked")
        assert set(alarm.checkpoints) == {log.note(), other.note()}
        (entry,) = watch.said("LogAlarmRaised")
        assert entry.event.envelope.agencies == ("auditor", "customs", "police", "vnpt")
        (row,) = watch.alarms
        assert (row.proof, row.standing, row.raised_by) == (Proof.PROVEN, Standing.OPEN, "dic")
        # Once, however often it is shown; and the last good one stands.
        watch.show(other.note())
        other.strangers(2)
        watch.show(other.note())
        await watch.all_done()
        assert len(watch.raised) == 1
        assert [parse_checkpoint(parse_note(c.checkpoint).text).root for c in watch.cosigned] == [log.root]
        assert watch.seen is not None
        assert watch.seen.checkpoint.root == log.root


async def test_tiles_that_are_kept_back_hide_no_fork(houses: Houses, log: SmallLog, tmp_path: Path) -> None:
    """Two trees of one size among others that nobody can verify: the notes alone show it."""
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(30, first=100)
    third = small_log(houses, tmp_path / "third").strangers(30, first=500)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        for note in (other.note(9), other.note(20), third.note(9), other.note(30)):
            watch.show(note)
        alarm = await watch.until_raised("forked")
        assert set(alarm.checkpoints) == {other.note(9), third.note(9)}


async def test_tiles_that_are_kept_back_hide_no_fork_that_a_peer_was_shown(
    houses: Houses, log: SmallLog, tmp_path: Path
) -> None:
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(5, first=100)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        assert watch.means.tiles is not None
        watch.means.tiles.forget()
        for tile in (log.folder / "tile").rglob("*"):
            if tile.is_file():
                tile.unlink()
        watch.deliver(houses["customs"].say(heads(log.note(3)), "dic"))
        for tile in (log.folder / "tile").rglob("*"):
            if tile.is_file():
                tile.unlink()
        watch.deliver(houses["police"].say(heads(other.note()), "dic"))
        await watch.until_raised("forked")


async def test_a_tree_that_does_not_begin_with_the_last_one_is_a_fork(houses: Houses, log: SmallLog) -> None:
    """The log changes the history behind its own tiles: these fit the new checkpoint, and not the old."""
    log.strangers(300)
    note = log.note()
    async with watching(houses, "dic", log) as watch:
        watch.show(note)
        await watch.until_cosigned(300)
        rewritten = SmallLog(log.folder, log.signer, log.public_key)
        rewritten.append(*(stranger(each if each != 7 else 10_000) for each in range(600)))
        assert watch.means.tiles is not None
        watch.means.tiles.forget()
        watch.show(rewritten.note())
        alarm = await watch.until_raised("forked")
        assert set(alarm.checkpoints) == {note, rewritten.note()}
        assert watch.seen is not None
        assert watch.seen.checkpoint.size == 300


async def test_nothing_is_cosigned_while_a_fork_stands(houses: Houses, log: SmallLog, tmp_path: Path) -> None:
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(5, first=100)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        watch.show(other.note())
        await watch.until_raised("forked")
        log.strangers(4, 5)
        watch.show()
        # It is verified all the same: growth is followed, and not vouched for.
        await watch.until(lambda: (seen := watch.seen) is not None and seen.checkpoint.size == 9)
        await watch.turn()
        assert watch.seen is not None
        assert watch.seen.cosigned_size == 5


async def test_a_log_that_shrinks_is_refused_until_it_is_right_again(houses: Houses, log: SmallLog) -> None:
    log.strangers(9)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(9)
        watch.house.now = houses["auditor"].now = NOW.replace(hour=4)
        watch.show(log.note(5))
        alarm = await watch.until_raised("shrunk")
        assert alarm.checkpoints == (log.note(9), log.note(5))
        assert watch.seen is not None
        assert watch.seen.checkpoint.size == 9
        log.strangers(1, 9)
        watch.show()
        await watch.until_cosigned(10)
        assert [(row.problem, row.standing) for row in watch.alarms] == [("shrunk", Standing.OVER)]


async def test_an_earlier_checkpoint_that_comes_late_is_no_alarm(houses: Houses, log: SmallLog) -> None:
    log.strangers(9)
    auditor = houses["auditor"]
    earlier = auditor.say(CheckpointPublished(checkpoint=log.note(5)), "dic")
    async with watching(houses, "dic", log) as watch:
        watch.house.now = auditor.now = NOW.replace(hour=4)
        watch.show()
        await watch.until_cosigned(9)
        watch.deliver(earlier)
        await watch.all_done()
        assert watch.raised == []


async def test_of_many_that_come_at_once_all_are_compared(houses: Houses, log: SmallLog, tmp_path: Path) -> None:
    """The newest is taken first; one of the others is of another history."""
    log.strangers(20)
    other = other_log(houses, tmp_path).strangers(12, first=100)
    auditor = houses["auditor"]
    notes = [log.note(4), log.note(8), other.note(), log.note(16), log.note(20)]
    said = [auditor.say(CheckpointPublished(checkpoint=note), "dic") for note in notes]
    for entry in said:
        houses["dic"].take_in(arrival(entry, "dic"))
    async with watching(houses, "dic", log) as watch:
        alarm = await watch.until_raised("forked")
        assert other.note() in alarm.checkpoints
        assert watch.seen is not None
        assert watch.seen.checkpoint.root == log.root


@pytest.mark.parametrize("kind", ["garbage", "signature", "key", "origin", "unsigned"])
async def test_what_the_log_did_not_sign_is_unsigned(houses: Houses, log: SmallLog, kind: str) -> None:
    log.strangers(3)
    note = log.note()
    police = small_log(houses, log.folder)
    police.signer = houses["police"].service
    key = houses.directory.key(police.signer.kid)
    assert key is not None
    police.public_key, police.leaves = key.public_key, log.leaves
    flipped = note.rstrip("\n")
    flipped = flipped[:-3] + ("B" if flipped[-3] == "A" else "A") + flipped[-2:] + "\n"
    wrong = {
        "garbage": "no note at all",
        "signature": flipped,
        "key": police.note(),
        "origin": log.note(origin="phoihop.lao-cai.auditor"),
        "unsigned": note.replace("phoihop.lao-cai.log", "phoihop.lao-cai.other", 2),
    }[kind]
    async with watching(houses, "dic", log) as watch:
        watch.show(wrong)
        await watch.until_raised("unsigned")
        assert watch.seen is None
        assert watch.cosigned == []
        watch.show(note)
        await watch.until_cosigned(3)
        assert [row.standing for row in watch.alarms] == [Standing.OVER]


async def test_only_the_auditor_publishes_checkpoints(houses: Houses, log: SmallLog) -> None:
    log.strangers(3)
    async with watching(houses, "dic", log) as watch:
        watch.deliver(houses["police"].say(CheckpointPublished(checkpoint=log.note()), "dic"))
        await watch.all_done()
        assert watch.seen is None
        assert watch.raised == []


@pytest.mark.parametrize("level", [0, 1])
async def test_one_flipped_bit_in_a_tile_is_not_vouched_for(houses: Houses, log: SmallLog, level: int) -> None:
    log.strangers(600)
    note = log.note(520)
    path = log.folder / ("tile/0/001" if level == 0 else "tile/1/000.p/2")
    good = path.read_bytes()
    async with watching(houses, "dic", log, unavailable_after_seconds=0.2) as watch:
        watch.show(note)
        await watch.until_cosigned(520)
        assert watch.means.tiles is not None
        watch.means.tiles.forget()
        path.write_bytes(bytes([good[40] ^ 1]).join((good[:40], good[41:])))
        watch.show(log.note(600))
        if level == 0:
            # Nobody needs this tile for the proof: what it holds is only ever read together with its own proof.
            await watch.until_cosigned(600)
            return
        alarm = await watch.until_raised("unavailable")
        assert "do not hash" in alarm.explanation
        assert watch.seen is not None
        assert watch.seen.cosigned_size == 520
        path.write_bytes(good)
        await watch.until_cosigned(600)
        assert [row.standing for row in watch.alarms] == [Standing.OVER]


async def test_tiles_that_are_away_for_a_moment_are_no_alarm(houses: Houses, log: SmallLog) -> None:
    log.strangers(300)
    away = log.folder.with_name("away")
    log.folder.rename(away)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until(lambda: watch.witness._trouble._since is not None)
        away.rename(log.folder)
        await watch.until_cosigned(300)
        assert watch.raised == []


async def test_two_witnesses_of_one_record_never_cosign_two_branches(
    houses: Houses, log: SmallLog, tmp_path: Path
) -> None:
    """Both have verified their branch against the same last checkpoint; only the first is noted and cosigned."""
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(7, first=100)
    async with watching(houses, "dic", log) as watch, watching(houses, "dic", other) as second:
        shown = [Shown(parse_checkpoint(parse_note(one.note()).text), one.note(), NOW, 1) for one in (log, other)]
        first, later = watch.witness._checkpoints, second.witness._checkpoints
        with watch.house.record.writing() as transaction:
            assert first._note(None, shown[0], transaction)
        with watch.house.record.writing() as transaction:
            assert not later._note(None, shown[1], transaction)
        await later._take(shown[1])
        await watch.until_raised("forked")
        assert len(watch.cosigned) == 1


async def test_a_check_that_is_cut_short_leaves_nothing(
    houses: Houses, log: SmallLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noted, cosigned and said are one commit."""
    log.strangers(5)
    failed: list[bool] = []

    def cut(*_: object) -> None:
        failed.append(True)
        raise OSError("the power fails")

    async with watching(houses, "dic", log) as watch:
        checkpoints = watch.witness._checkpoints
        shown = Shown(parse_checkpoint(parse_note(log.note()).text), log.note(), NOW, 1)
        with monkeypatch.context() as patch:
            patch.setattr("services.witness.checkpoints.issue_protocol", cut)
            with pytest.raises(OSError, match="the power fails"):
                await checkpoints._take(shown)
        assert failed
        assert watch.seen is None
        assert watch.cosigned == []
        await checkpoints._take(shown)
        assert len(watch.cosigned) == 1


async def test_a_record_put_back_vouches_for_nothing(houses: Houses, log: SmallLog) -> None:
    """What it had cosigned it does not know: first it has to be recovered."""
    log.strangers(5)
    async with watching(houses, "dic", log) as watch:
        with watch.house.record.writing() as transaction:
            transaction.hold_signing("a test", NOW)
        watch.show()
        await watch.until(lambda: watch.seen is not None)
        await watch.turn()
        assert watch.cosigned == []


async def test_what_was_noted_is_there_after_a_restart(houses: Houses, log: SmallLog, tmp_path: Path) -> None:
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(8, first=100)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
    async with watching(houses, "dic", other) as watch:
        watch.show(other.note())
        await watch.until_raised("forked")
        assert watch.seen is not None
        assert watch.seen.checkpoint.root == log.root


# --- what others were shown ---


def heads(note: str | None) -> HeadsAnnounced:
    zeros = "A" * 43
    return HeadsAnnounced(
        sent_count=0, sent_digest=zeros, received_count=0, received_digest=zeros, directory_version=1,
        reply_wanted=False, checkpoint=note,
    )  # fmt: skip


@pytest.mark.parametrize("size", [3, 5, 9])
async def test_another_history_in_a_peers_heads_is_a_fork(
    houses: Houses, log: SmallLog, tmp_path: Path, size: int
) -> None:
    """Smaller, as large, larger than what was seen here: a larger one is compared once the own tree is as large."""
    log.strangers(5)
    other = other_log(houses, tmp_path).strangers(size, first=100)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        watch.deliver(houses["police"].say(heads(other.note()), "dic"))
        if size > 5:
            await watch.all_done()
            assert watch.raised == []
            log.strangers(10, 5)
            watch.show()
        alarm = await watch.until_raised("forked")
        assert other.note() in alarm.checkpoints
        assert "police" in alarm.explanation


async def test_peers_that_are_behind_or_ahead_are_no_fork(houses: Houses, log: SmallLog) -> None:
    log.strangers(9)
    async with watching(houses, "dic", log) as watch:
        watch.show(log.note(5))
        await watch.until_cosigned(5)
        watch.deliver(houses["police"].say(heads(log.note(3)), "dic"))
        watch.deliver(houses["vnpt"].say(heads(log.note(9)), "dic"))
        watch.deliver(houses["customs"].say(heads(None), "dic"))
        await watch.all_done()
        assert [peer for peer, _, _ in watch.notebook.heard()] == ["vnpt"]
        watch.show()
        await watch.until_cosigned(9)
        await watch.until(lambda: watch.notebook.heard() == [])
        assert watch.raised == []


async def test_a_peers_checkpoint_that_the_log_did_not_sign_says_nothing_of_the_log(
    houses: Houses, log: SmallLog
) -> None:
    log.strangers(5)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        watch.deliver(houses["police"].say(heads(log.note().replace("5\n", "6\n", 1)), "dic"))
        await watch.all_done()
        assert watch.raised == []
        assert Notebook.of(watch.house.record).heard() == []


async def test_a_witness_whose_key_is_revoked_rests_and_says_so(houses: Houses, log: SmallLog, tmp_path: Path) -> None:
    """A dissolved agency's service may go on running: what it would sign counts nowhere."""
    log.strangers(5)
    async with watching(houses, "dic", log) as watch:
        watch.show()
        await watch.until_cosigned(5)
        said = len(watch.house.events(EntryKind.SENT))
        with capture_logs() as logged:
            use_directory(houses["dic"], with_keys(houses.directory, "dic", lambda key: replace(key, revoked_at=NOW)))
            log.strangers(2)
            watch.show()
            await watch.all_done()
        assert watch.witness.resting
        await watch.witness._alarms.raise_once(LogProblem.STALLED, "nothing comes")
        assert not await ViewStatements(watch.means, tmp_path).state()
        assert len(watch.house.events(EntryKind.SENT)) == said
        assert [line["event"] for line in logged if line["log_level"] == "warning"] == [
            "the witness rests: the directory lists no key of this service that counts now"
        ]
        # Nor does it sign what it was about to when the key was revoked.
        await watch.means.writer.run(watch.witness._checkpoints._cosign_seen)
        assert len(watch.cosigned) == 1
        use_directory(houses["dic"], houses.directory)
        await watch.until_cosigned(7)
        assert not watch.witness.resting
