"""The verdict over the auditor's ledger, as `audit replay` and `audit verify` show it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.audit.finding import Finding
from events.errors import Malformed
from events.instants import parse_instant
from events.note import parse_note
from events.transparency.policy_file import parse_policy
from services.audit.replay import Progress, Source, replay
from services.audit.verdict import Verdict
from services.auditor.places import ledger_file, log_folder
from services.auditor.witness_policy import policy_file
from services.cli.commands.audit_verify_package import read_root_key
from services.cli.session import Document, Session
from services.cli.tables import draw_facts, draw_table, short
from services.errors import UsageFault
from services.identity.directory_folder import DirectoryFolder
from services.moments import show_moment

LISTED = 1_000
"""So many findings are listed; all are counted."""

_DRAWN = 50

__all__ = ["Verdict", "judge_ledger", "judge_package", "ledger_document", "show_verdict"]


class CheckpointUnreadable(UsageFault):
    """A file that was named as a checkpoint from elsewhere is none."""


def judge_ledger(
    session: Session,
    root: str | None,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
    *,
    as_of: str | None = None,
    ledger: Path | None = None,
) -> Verdict:
    """Replay the ledger of the session's folder. Without `root` the key in the folder is believed."""
    key = read_root_key(root) if root else DirectoryFolder.of(session.folder).root
    named = policy or policy_file(session.folder)
    log = log_folder(session.folder)
    source = Source(
        ledger or ledger_file(session.folder),
        log if log.is_dir() and ledger is None else None,
        parse_policy(named.read_bytes()) if named.is_file() else None,
        tuple(_read_note(path) for path in checkpoints),
    )
    with _progress(session) as progress:
        return replay(source, key, as_of=as_of, progress=progress)


def judge_package(
    session: Session,
    package: Path,
    root: str | None,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
    *,
    as_of: str | None = None,
) -> Verdict:
    """Replay a package of everything; nothing of the session's folder is believed or looked at."""
    from services.audit.package_source import unpack  # noqa: PLC0415 - the ledger needs no package

    key = read_root_key(root)
    given = None if policy is None else parse_policy(policy.read_bytes())
    notes = tuple(_read_note(path) for path in checkpoints)
    with tempfile.TemporaryDirectory(prefix="phoihop-replay-") as place:
        unpacked = unpack(package, key, Path(place), policy=given, checkpoints=notes)
        with _progress(session) as progress:
            verdict = replay(unpacked.source, key, as_of=as_of, progress=progress)
    return verdict.with_findings(unpacked.findings)


def ledger_document(session: Session, verdict: Verdict, root: str | None, *, views: bool) -> Document:
    """The document that `--json` prints."""
    document: Document = {"subject": "ledger", "folder": str(session.folder)} | verdict.to_json()
    document["root_key"] = "given" if root else "folder"
    document["times_proven"] = not verdict.simulated
    document["findings"] = document["findings"][:LISTED]
    document["listed_at_most"] = LISTED
    if not views:
        del document["views"], document["as_of"]
    return document


def show_verdict(
    session: Session,
    verdict: Verdict,
    root: str | None,
    *,
    views: bool,
    agency: str | None = None,
    title: str = "title",
) -> None:
    """Print the verdict for people; `title` is the heading's key under `audit_ledger`."""
    texts = session.texts
    draw_facts(session, texts(f"audit_ledger.{title}", province=verdict.province), _facts(session, verdict))
    if views:
        rows = [
            (view.agency, str(view.year), str(view.incoming_number), str(sum(view.outgoing.values())), str(view.rows),
             view.digest)
            for view in verdict.views
            if agency in {None, view.agency}
        ]  # fmt: skip
        moment = "" if verdict.as_of is None else show_moment(parse_instant(verdict.as_of))
        heading = texts("audit_ledger.views_at", at=moment) if moment else texts("audit_ledger.views")
        draw_table(session, heading, ("agency", "year", "incoming_number", "sent", "rows", "digest"), rows)
    for finding in verdict.findings[:_DRAWN]:
        _say_finding(session, finding)
    if (more := verdict.finding_count - min(_DRAWN, len(verdict.findings))) > 0:
        session.say("audit_ledger.more", count=more)
    if root is None:
        session.say("audit_ledger.folder_key")
    if verdict.signed_entries < verdict.entries:
        session.say("audit_ledger.unsigned", count=verdict.entries - verdict.signed_entries)
    if verdict.verified:
        session.say("audit_ledger.verified_simulated" if verdict.simulated else "audit_ledger.verified")
    else:
        session.say("audit_ledger.refused", count=verdict.finding_count)


def _say_finding(session: Session, finding: Finding) -> None:
    lang = session.texts.lang
    session.say(
        "audit_verify.finding", check=finding.check.value, meaning=finding.check.label(lang),
        explanation=session.naming()(finding.explanation(lang)), where=finding.where, event=short(finding.event),
    )  # fmt: skip


def _facts(session: Session, verdict: Verdict) -> list[tuple[str, str]]:
    texts = session.texts
    return [
        ("events", str(verdict.events)),
        ("documents", str(verdict.documents)),
        ("deliveries", texts("audit_verify.receipted", all=verdict.deliveries, receipted=verdict.receipted)),
        ("refused", str(verdict.refused)),
        ("log_entries", str(verdict.entries)),
        ("signed", str(verdict.signed_entries)),
        ("witnessed", str(verdict.witnessed_entries)),
        ("checkpoints", str(verdict.checkpoints)),
        ("views_stated", str(verdict.statements)),
        ("signatures", texts("audit_ledger.rate", count=verdict.signatures, rate=round(verdict.rate),
                             seconds=round(verdict.seconds, 1))),
    ]  # fmt: skip


def _read_note(path: Path) -> str:
    try:
        text = path.read_text("utf-8")
        parse_note(text)
    except (OSError, UnicodeDecodeError, Malformed) as error:
        raise CheckpointUnreadable(
            what="the checkpoint cannot be used",
            why=f"{path}: {error}",
            next_step="name a file with a checkpoint of the log, as it was published",
        ) from error
    return text


@contextmanager
def _progress(session: Session) -> Iterator[Progress]:
    console = session.console(error=True)
    if not console.is_terminal:
        yield lambda _done, _of, _rate: None
        return
    from rich import progress  # noqa: PLC0415 - only where it is drawn

    bars = (
        progress.TextColumn("{task.description}"), progress.BarColumn(), progress.TextColumn("{task.fields[rate]}"),
        progress.TimeRemainingColumn(),
    )  # fmt: skip
    with progress.Progress(*bars, console=console, transient=True) as bar:
        task = bar.add_task(session.texts("audit_ledger.progress"), total=None, rate="")

        def tell(done: int, of: int, rate: float) -> None:
            bar.update(task, completed=done, total=of, rate=session.texts("audit_ledger.speed", rate=round(rate)))

        yield tell
