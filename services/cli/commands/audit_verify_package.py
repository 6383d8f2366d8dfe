"""The part of `phoihop audit verify` that verifies a package: with the root key alone, and nothing else at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.errors import InvalidValue
from events.instants import parse_instant
from events.note import VerifierKey, parse_note, parse_verifier_key
from events.transparency.policy import Policy
from events.transparency.policy_file import parse_policy
from services.cli.exit_codes import OK, REFUSED
from services.cli.session import Document, Session
from services.cli.tables import draw_facts, draw_table, short
from services.errors import UsageFault
from services.evidence.stamps import load_certificate
from services.evidence.verdict import Examination
from services.evidence.verification import Progress, Verdict, verify_package
from services.moments import show_moment, show_short
from services.texts.naming import naming_of, nobody_named

_SHOWN_DELIVERIES = 40
_MAX_KEY_FILE_BYTES = 4_096


class RootKeyUnusable(UsageFault):
    """What was named as the root key is none."""


def verify_package_file(
    session: Session,
    package: Path,
    root: str | None,
    policy: Path | None,
    authorities: tuple[Path, ...],
    checkpoints: tuple[Path, ...],
) -> int:
    """Verify a package and show the verdict; the exit code. Raises `UsageFault` for wishes that cannot be meant."""
    key = read_root_key(root)
    own = _read_policy(policy)
    certificates = tuple(path.read_bytes() for path in authorities)
    for certificate in certificates:
        load_certificate(certificate)
    known = [(path.name, parse_note(path.read_bytes())) for path in checkpoints]
    try:
        file = package.open("rb")
    except FileNotFoundError as error:
        raise UsageFault(
            what="there is no such package", why=f"{package} does not exist", next_step="name the package's file"
        ) from error
    with file, _progress(session) as progress:
        verdict = verify_package(file, key, policy=own, authorities=certificates, known=known, progress=progress)
    document = {"file": str(package)} | verdict.to_json()
    session.show(document, lambda: _draw(session, package, verdict, document))
    return OK if verdict.verified else REFUSED


def read_root_key(text: str | None) -> VerifierKey:
    """The root key from its text, or from the file that is named; raises `RootKeyUnusable`."""
    if not text:
        raise RootKeyUnusable(
            what="the root key is not named",
            why="a package is worth what the root key is worth with which it is verified",
            next_step="name with --root the key that the province gave out, or a file with it; do not take it from the "
            "package",
        )
    try:
        path = Path(text)
        if "+" not in text and path.is_file():
            with path.open("rb") as file:
                text = file.read(_MAX_KEY_FILE_BYTES).decode("utf-8")
        return parse_verifier_key(text.strip())
    except (InvalidValue, UnicodeDecodeError) as error:
        raise RootKeyUnusable(
            what="the root key cannot be used",
            why=str(error),
            next_step="name a line like phoihop.<province>.root+<key id>+<base64>, or a file that holds it",
        ) from error


def _read_policy(path: Path | None) -> Policy | None:
    return None if path is None else parse_policy(path.read_bytes())


@contextmanager
def _progress(session: Session) -> Iterator[Progress]:
    console = session.console(error=True)
    if not console.is_terminal:
        yield lambda _done, _of: None
        return
    from rich.progress import Progress as Bar  # noqa: PLC0415 - only where it is drawn

    with Bar(console=console, transient=True) as bar:
        task = bar.add_task(session.texts("audit_verify.progress"), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _draw(session: Session, package: Path, verdict: Verdict, document: Document) -> None:
    texts = session.texts
    seen = verdict.examination
    if seen is not None:
        draw_facts(session, texts("audit_verify.title", file=package.name), _facts(session, seen))
        _draw_deliveries(session, document["listed"])
        for remark in verdict.all_remarks:
            session.say("audit_verify.remark", text=remark.en if texts.lang == "en" else remark.vi)
    # A package names its agencies by its own directory, whatever this machine knows.
    directory = None if seen is None else seen.directory
    naming = nobody_named(texts.lang) if directory is None else naming_of(directory, texts.lang)
    for finding in verdict.all_findings:
        session.say(
            "audit_verify.finding", check=finding.check.value, meaning=finding.check.label(texts.lang),
            explanation=naming(finding.explanation(texts.lang)), where=finding.where, event=short(finding.event),
        )  # fmt: skip
    if verdict.verified and seen is not None and seen.simulated:
        session.say("audit_verify.verified_simulated")
    elif verdict.verified:
        session.say("audit_verify.verified")
    else:
        session.say("audit_verify.refused", count=document["findings_count"])


def _facts(session: Session, seen: Examination) -> list[tuple[str, str]]:
    newest = seen.trees.newest
    facts = [
        ("province", seen.province),
        ("documents", str(seen.inventory.documents)),
        ("deliveries", session.texts("audit_verify.receipted", all=seen.all_deliveries, receipted=seen.receipted)),
        ("contents", str(seen.inventory.contents)),
    ]
    if newest is not None:
        cosigners = ", ".join(each.cosigner.name.rpartition(".")[2] for each in newest.cosignatures)
        facts += [
            ("log_entries", str(newest.checkpoint.size)),
            ("witnessed", show_moment(newest.witnessed_at)),
            ("cosigned_by", cosigners),
        ]
    return facts


def _draw_deliveries(session: Session, listed: list[Document]) -> None:
    rows = [
        (
            each["document"], each["sender"], each["recipient"], session.texts.word("event", each["type"]),
            _moment(each["signed_at"]), _moment(each["admitted_at"]), _moment(each["witnessed_at"]),
        )
        for each in listed[:_SHOWN_DELIVERIES]
    ]  # fmt: skip
    columns = ("document!", "sender!", "recipient!", "type", "signed_at!", "admitted_at!", "witnessed_at!")
    draw_table(session, session.texts("audit_verify.deliveries"), columns, rows)
    if (more := len(listed) - len(rows)) > 0:
        session.say("audit_verify.more", count=more)


def _moment(text: str | None) -> str:
    return show_short(parse_instant(text))[:-3] if text is not None else ""
