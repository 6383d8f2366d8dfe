"""The signatory at the keyboard: which key signs, and the passphrase that opens it, asked for once a call."""

from __future__ import annotations

from pathlib import Path

import click

from services.cli.desk import Desk
from services.cli.session import Session
from services.errors import UsageFault
from services.identity.passphrases import VARIABLE, find_passphrase
from services.identity.signer import FileSigner


class SignatoryUnknown(UsageFault):
    """The agency has no signatory of this id."""


def passphrase(session: Session, prompt: str, file: Path | None, *, confirm: bool = False) -> str:
    """The passphrase from `--passphrase-file`, the file that the environment names, or the person at the terminal.

    `prompt` is a text's key. Raises `PassphraseUnusable` if there is nobody to ask.
    """
    environment = dict(session.environment) | ({} if file is None else {VARIABLE: str(file)})

    def ask() -> str:
        typed: str = click.prompt(
            session.texts(prompt),
            hide_input=True,
            confirmation_prompt=session.texts("prompt.again") if confirm else False,
            err=True,
        )
        return typed

    return find_passphrase(environment, ask if session.interactive else None)


def unlocked_signer(desk: Desk, signatory: str, file: Path | None) -> FileSigner:
    """The signer of a signatory of the agency, open for this call.

    Raises `SignatoryUnknown`, what key files raise, `PassphraseWrong`, `PassphraseUnusable`.
    """
    agency = desk.directory.agencies[desk.me]
    if agency.signatory(signatory) is None:
        raise SignatoryUnknown(
            what=f"{desk.me} has no signatory {signatory!r}",
            why=f"its signatories are {', '.join(one.id for one in agency.signatories)}",
            next_step="name one of them with --signatory",
        )
    signer = FileSigner.of(desk.session.folder, desk.me, signatory)
    if signer.locked:
        signer.unlock(passphrase(desk.session, "prompt.sign", file))
    return signer
