"""`python -m services.verify --dir FOLDER --root VKEY [--json]`: verify a network whose services have stopped.

Exit code 0 if it is verified, 1 if not, 2 for wrong usage. `--root` takes the root's verifier key itself, which must
have come by a way that the verifier trusts, not out of the folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from events.errors import InvalidValue
from events.note import VerifierKey, parse_verifier_key
from services.verify.network import verify_network


def _root_key(_context: click.Context, _parameter: click.Parameter, text: str) -> VerifierKey:
    try:
        return parse_verifier_key(text)
    except InvalidValue as error:
        raise click.BadParameter(str(error)) from error


@click.command(help="Verify every store of a network, knowing the root key alone.")
@click.option("--dir", "folder", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--root",
    required=True,
    metavar="VKEY",
    callback=_root_key,
    help="The root's verifier key, as the province gave it out.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def main(folder: Path, root: VerifierKey, as_json: bool) -> None:
    """The command."""
    verdict = verify_network(folder, root)
    if as_json:
        click.echo(json.dumps(verdict.to_json(), ensure_ascii=False))
    else:
        for name, value in verdict.summary().items():
            click.echo(f"{name}: {value}")
        for finding in verdict.findings:
            click.echo(f"  {finding}")
    sys.exit(0 if verdict.verified else 1)


if __name__ == "__main__":
    main()
