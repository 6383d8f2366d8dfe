"""The part of `phoihop audit verify` that verifies the auditor's own ledger and log: the verdict alone."""

from __future__ import annotations

from pathlib import Path

from services.cli.exit_codes import OK, REFUSED
from services.cli.ledger_verdict import judge_ledger, ledger_document, show_verdict
from services.cli.session import Session


def verify_ledger(session: Session, root: str | None, policy: Path | None, checkpoints: tuple[Path, ...]) -> int:
    """Verify the ledger of the session's folder and show the verdict; the exit code."""
    verdict = judge_ledger(session, root, policy, checkpoints)
    document = ledger_document(session, verdict, root, views=False)
    session.show(document, lambda: show_verdict(session, verdict, root, views=False))
    return OK if verdict.verified else REFUSED
