"""`phoihop`: the program itself: its commands, and what becomes of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from services.cli.exit_codes import INTERRUPTED, OK
from services.cli.explanation import explain
from services.cli.frame import LazyGroup, common_options
from services.cli.session import WIDTH_COLUMNS, Session

_COMMANDS = "services.cli.commands"
COMMANDS = {
    "demo": f"{_COMMANDS}.demo",
    "init": f"{_COMMANDS}.init",
    "agency": f"{_COMMANDS}.agency",
    "auditor": f"{_COMMANDS}.auditor",
    "audit": f"{_COMMANDS}.audit",
    "log": f"{_COMMANDS}.log",
    "broker": f"{_COMMANDS}.broker",
    "directory": f"{_COMMANDS}.directory",
    "draft": f"{_COMMANDS}.draft",
    "sign": f"{_COMMANDS}.sign",
    "send": f"{_COMMANDS}.send",
    "attach": f"{_COMMANDS}.attach",
    "attachments": f"{_COMMANDS}.attachments",
    "lookup": f"{_COMMANDS}.lookup",
    "emergency": f"{_COMMANDS}.emergency",
    "delegate": f"{_COMMANDS}.delegate",
    "informant": f"{_COMMANDS}.informant",
    "account": f"{_COMMANDS}.account",
    "token": f"{_COMMANDS}.token",
    "inbox": f"{_COMMANDS}.inbox",
    "cases": f"{_COMMANDS}.cases",
    "case": f"{_COMMANDS}.case",
    "ledger": f"{_COMMANDS}.ledger",
    "obligations": f"{_COMMANDS}.obligations",
    "focal": f"{_COMMANDS}.focal",
    "report": f"{_COMMANDS}.report",
    "status": f"{_COMMANDS}.status",
    "rebuild": f"{_COMMANDS}.rebuild",
    "backup": f"{_COMMANDS}.backup",
    "bench": f"{_COMMANDS}.bench",
    "regulations": f"{_COMMANDS}.regulations",
    "may": f"{_COMMANDS}.may",
    "version": f"{_COMMANDS}.version",
}

_TRACEBACK = "PHOIHOP_TRACEBACK"
"""Set to anything, it lets an error show where in the code it came from."""


class Phoihop(LazyGroup):
    """The root command. A command may return an exit code; None is success."""

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> NoReturn:
        """Run one call and end the process with its exit code; errors are explained, never shown as a traceback."""
        arguments = list(sys.argv[1:] if args is None else args)
        session = Session.of(arguments, os.environ)
        try:
            code = super().main(
                arguments, "phoihop", standalone_mode=False, obj=session, max_content_width=WIDTH_COLUMNS
            )
            sys.stdout.flush()
        except (KeyboardInterrupt, click.Abort):
            session.note("frame.interrupted")
            sys.exit(INTERRUPTED)
        except Exception as error:  # noqa: BLE001 - the edge of the program: every error becomes words and a code
            _fail(error, session)
        sys.exit(code if isinstance(code, int) else OK)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader of our output that has seen enough (`| head`) is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return OK
        return result


def _fail(error: Exception, session: Session) -> NoReturn:
    if os.environ.get(_TRACEBACK):
        raise error
    explanation = explain(error, session.texts, session.place())
    said = explanation.to_json() if session.json else explanation.to_text(session.texts, session.naming)
    click.echo(said, err=True)
    sys.exit(explanation.exit_code)


@click.group(cls=Phoihop, modules=COMMANDS, no_args_is_help=False, invoke_without_command=True)
@common_options()
@click.pass_context
def root(ctx: click.Context) -> None:
    """The text `help.text` of the catalogue."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> NoReturn:
    """The entry point of the installed program."""
    root.main()
