"""`phoihop audit export`: a case, a period or everything as a package that anybody can verify."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from events.instants import format_instant, whole_milliseconds
from services.auditor.ledger import Ledger
from services.cli.frame import TextCommand, common_options, option
from services.cli.session import Document, Session
from services.cli.tables import draw_facts
from services.errors import UsageFault
from services.evidence.export import Exported, Progress, export_package
from services.evidence.manifest import Selection
from services.evidence.selecting import find_case, find_event
from services.evidence.source import Source
from services.evidence.withholding import Withheld
from services.moments import read_beginning, read_moment


class SelectionUnclear(UsageFault):
    """None, or more than one, of a case, a period and everything was asked for."""


@click.command("export", cls=TextCommand)
@common_options(agency=False)
@option("--case", metavar="CASE", text="audit_case")
@option("--from", "since", metavar="MOMENT", text="audit_since")
@option("--to", "until", metavar="MOMENT", text="audit_until")
@option("--all", "everything", is_flag=True, text="audit_all")
@option("-o", "--output", "target", required=True, type=click.Path(path_type=Path), text="audit_output")
@option("--withhold", metavar="EVENT", multiple=True, text="audit_withhold")
@option("--without-content", is_flag=True, text="audit_without_content")
@click.pass_obj
def command(
    session: Session,
    target: Path,
    withhold: tuple[str, ...],
    case: str | None,
    since: str | None,
    until: str | None,
    *,
    everything: bool,
    without_content: bool,
) -> None:
    """The text `help.audit.export` of the catalogue."""
    with Source.of(session.folder) as source:
        selection = _selection(session, source.ledger, case, since, until, everything=everything)
        events = frozenset(find_event(source.ledger, event) for event in withhold)
        withheld = Withheld(events, everything=without_content)
        with _progress(session) as progress:
            exported = export_package(target, source, selection, withheld, progress)
    document = _document(exported)
    session.show(document, lambda: _draw(session, document))


def _selection(
    session: Session, ledger: Ledger, case: str | None, since: str | None, until: str | None, *, everything: bool
) -> Selection:
    asked = [case is not None, since is not None or until is not None, everything]
    if sum(asked) != 1 or (since is None) != (until is None):
        raise SelectionUnclear(
            what="it is not clear what is to be exported",
            why="a package holds a case, a period with its beginning and its end, or everything",
            next_step="name one of --case, --from with --to, or --all",
        )
    if case is not None:
        return Selection("case", case=find_case(ledger, case))
    if since is not None and until is not None:
        now = session.now()
        first, last = read_beginning(since, now), read_moment(until, now)
        if first >= last:
            raise SelectionUnclear(
                what="the period cannot be meant", why=f"{since} is not before {until}", next_step="name them in order"
            )
        return Selection(
            "period", since=format_instant(whole_milliseconds(first)), until=format_instant(whole_milliseconds(last))
        )
    return Selection("all")


@contextmanager
def _progress(session: Session) -> Iterator[Progress]:
    from rich.progress import Progress as Bar  # noqa: PLC0415 - only where it is drawn
    from rich.progress import TaskID  # noqa: PLC0415

    console = session.console(error=True)
    tasks: dict[str, TaskID] = {}
    with Bar(console=console, disable=not console.is_terminal, transient=True) as bar:

        def tell(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(session.texts.word("audit_stage", stage), total=of)
            bar.update(tasks[stage], completed=done, total=of)

        yield tell


def _document(exported: Exported) -> Document:
    seen = exported.examination
    newest = seen.trees.newest
    return {
        "file": str(exported.path),
        "bytes": exported.size_bytes,
        "sha256": exported.sha256.hex(),
        "selection": seen.selection.to_json(),
        "events": seen.inventory.events,
        "documents": seen.inventory.documents,
        "deliveries": seen.all_deliveries,
        "receipted": seen.receipted,
        "contents": seen.inventory.contents,
        "log_size": 0 if newest is None else newest.checkpoint.size,
        "entries_not_covered": exported.waiting,
        "verified": seen.verified,
        "findings_count": seen.findings_count,
        "root_key": seen.root,
    }


def _draw(session: Session, document: Document) -> None:
    facts = [
        ("file", f"{document['file']} ({document['bytes']:,} B)"),
        ("file_sha256", document["sha256"]),
        ("documents", str(document["documents"])),
        ("deliveries", f"{document['deliveries']} ({document['receipted']})"),
        ("contents", str(document["contents"])),
        ("log_entries", str(document["log_size"])),
        ("root", document["root_key"]),
    ]
    draw_facts(session, session.texts("audit_export.title"), facts)
    if document["entries_not_covered"]:
        session.say("audit_export.not_covered", count=document["entries_not_covered"])
    if not document["verified"]:
        session.say("audit_export.unsound", count=document["findings_count"])
    session.say("audit_export.how", file=document["file"])
