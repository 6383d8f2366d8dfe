"""`phoihop audit replay`: the whole history replayed from the first event, and every agency's exchange view."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import click

from events.instants import format_instant
from services.audit.verdict import Verdict
from services.cli.exit_codes import OK, REFUSED
from services.cli.frame import TextCommand, common_options, option
from services.cli.ledger_verdict import judge_ledger, judge_package, ledger_document, show_verdict
from services.cli.session import Document, Session
from services.errors import UsageFault
from services.moments import read_moment


class TwoHistories(UsageFault):
    """Both a package and the broker's stream are named."""

    def __init__(self) -> None:
        super().__init__(
            what="it is not clear what is to be replayed",
            why="--package and --source stream name two histories",
            next_step="name one of them",
        )


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("replay", cls=TextCommand)
@common_options(agency=False)
@option("--as-of", metavar="MOMENT", text="audit_as_of")
@option("--agency", metavar="AGENCY", text="audit_view_of")
@option("--source", type=click.Choice(["ledger", "stream"]), default="ledger", text="audit_source")
@option("--package", type=_FILE, text="audit_replay_package")
@option("--broker-url", envvar="PHOIHOP_BROKER_URL", metavar="URL")
@option("--root", metavar="KEY", text="audit_ledger_root")
@option("--policy", type=_FILE, text="audit_policy")
@option("--checkpoint", "checkpoints", multiple=True, type=_FILE, text="audit_checkpoint")
@click.pass_obj
def command(
    session: Session,
    as_of: str | None,
    agency: str | None,
    source: str,
    package: Path | None,
    broker_url: str | None,
    root: str | None,
    policy: Path | None,
    checkpoints: tuple[Path, ...],
) -> int:
    """The text `help.audit.replay` of the catalogue."""
    moment = None if as_of is None else format_instant(read_moment(as_of, session.now()))
    stream: Document | None = None
    if package is not None:
        if source == "stream":
            raise TwoHistories
        source = "package"
        verdict = judge_package(session, package, root, policy, checkpoints, as_of=moment)
    elif source == "stream":
        with tempfile.TemporaryDirectory(prefix="phoihop-replay-") as place:
            verdict, stream = _from_stream(session, Path(place) / "history.sqlite", broker_url, root, moment)
    else:
        verdict = judge_ledger(session, root, policy, checkpoints, as_of=moment)
    document = ledger_document(session, verdict, root, views=True)
    document |= {"source": source, "stream": stream, "package": None if package is None else str(package)}
    if agency is not None:
        document["views"] = [view for view in document["views"] if view["agency"] == agency]

    def draw() -> None:
        title = "title" if package is None else "package_title"
        show_verdict(session, verdict, root, views=True, agency=agency, title=title)
        if stream is not None:
            session.say("audit_ledger.stream", **stream)

    session.show(document, draw)
    return OK if verdict.verified else REFUSED


def _from_stream(
    session: Session, target: Path, broker_url: str | None, root: str | None, as_of: str | None
) -> tuple[Verdict, Document]:
    from services.audit.stream_source import read_stream  # noqa: PLC0415 - the ledger needs no broker
    from services.broker.endpoint import read_endpoint  # noqa: PLC0415
    from services.cli.running import configure_log  # noqa: PLC0415
    from services.network_setup import broker_folder  # noqa: PLC0415

    configure_log(quiet=True)
    url = broker_url or read_endpoint(broker_folder(session.folder).path).url
    read = asyncio.run(read_stream(session.folder, url, target, now=session.now()))
    verdict = judge_ledger(session, root, None, (), as_of=as_of, ledger=target)
    facts: Document = {
        "messages": read.messages,
        "events": read.events,
        "quarantined": read.quarantined,
        "only_in_ledger": read.only_in_ledger,
    }
    return verdict.with_findings(read.findings), facts
