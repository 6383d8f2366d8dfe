"""`phoihop auditor status`: how far the log is, who has cosigned it, what was set aside, what alarms there are."""

from __future__ import annotations

import click

from events.instants import parse_instant
from events.types.transparency import LogProblem
from services.auditor.standing import auditor_standing
from services.cli.frame import TextCommand, common_options
from services.cli.session import Document, Session
from services.cli.tables import draw_facts, draw_table
from services.identity.directory_folder import DirectoryFolder
from services.moments import show_moment


@click.command("status", cls=TextCommand)
@common_options(agency=False)
@click.pass_obj
def command(session: Session) -> None:
    """The text `help.auditor.status` of the catalogue."""
    directory = DirectoryFolder.of(session.folder).load()
    document = auditor_standing(session.folder, directory.province)
    session.show(document, lambda: _draw(session, document))


def _draw(session: Session, found: Document) -> None:
    texts = session.texts
    none = texts("auditor_status.none")

    def at(what: Document | None, member: str) -> str:
        if what is None:
            return none
        when = what[member]
        return texts("auditor_status.size_at", size=what["size"], at=_moment(when) if when else none)

    intake = found["last_intake"]
    facts = [
        ("province", found["province"]),
        ("version", str(found["directory_version"])),
        ("service", texts("frame.yes") if found["service_running"] else texts("frame.no")),
        ("log_url", found["log_url"] or none),
        ("log_events", str(found["events"])),
        ("log_entries", str(found["entries"])),
        ("log_messages", str(found["messages"])),
        ("checkpoint", at(found["checkpoint"], "signed_at")),
        ("tree_root", found["checkpoint"]["root"] if found["checkpoint"] else none),
        ("witnessed", at(found["witnessed"], "witnessed_at")),
        ("timestamp", at(found["timestamp"], "stamped_at")),
        ("quarantined", ", ".join(f"{reason} {number}" for reason, number in found["quarantine"].items()) or none),
        ("unheld_checkpoints", str(found["unheld_checkpoints"])),
        ("last_intake", none if intake is None else _moment(intake["taken_at"])),
    ]
    draw_facts(session, texts("auditor_status.title"), facts)
    witnesses = [(one["witness"], str(one["size"]), _moment(one["cosigned_at"])) for one in found["cosignatures"]]
    draw_table(session, texts("auditor_status.witnesses"), ("witness", "tree_size!", "cosigned_at!"), witnesses)
    alarms = [
        (_moment(one["raised_at"]), one["raised_by"], _problem(session, one["problem"]), one["explanation"])
        for one in found["alarms"]
    ]
    draw_table(session, texts("auditor_status.alarms"), ("raised_at!", "raised_by", "problem", "explanation"), alarms)


def _moment(text: str) -> str:
    return show_moment(parse_instant(text))


def _problem(session: Session, value: str) -> str:
    return next(problem.label(session.texts.lang) for problem in LogProblem if problem.value == value)
