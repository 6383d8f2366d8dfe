"""Which error ends the program with which exit code: the one place where the command line decides this.

0 is success. 1: refused or invalid (a rule forbids it, the content is wrong). 2: usage (what was asked for does not
exist or cannot be meant). 3: cannot run (broker, disk, port, key file, store). 130: ended by Ctrl-C, as shells have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import click

from events.errors import DirectoryInvalid, InvalidValue, PhoihopError, RulesInvalid
from projections.errors import ViewsError
from services.broker.errors import BadName, BrokerError, UnknownAgency
from services.errors import CannotRun, ExplainedError, UsageFault

OK = 0
REFUSED = 1
USAGE = 2
CANNOT_RUN = 3
INTERRUPTED = 130

EXIT_CODES: Mapping[type[BaseException], int] = MappingProxyType(
    {
        PhoihopError: REFUSED,
        ExplainedError: REFUSED,
        UsageFault: USAGE,
        InvalidValue: USAGE,  # a name or instant on the command line; inside a draft it is wrapped as malformed
        UnknownAgency: USAGE,
        BadName: USAGE,
        click.ClickException: USAGE,
        CannotRun: CANNOT_RUN,
        DirectoryInvalid: CANNOT_RUN,  # nothing can be believed until the folder holds the right directory
        RulesInvalid: CANNOT_RUN,
        ViewsError: CANNOT_RUN,
        BrokerError: CANNOT_RUN,
        OSError: CANNOT_RUN,
        Exception: CANNOT_RUN,  # the database's own among them: an offline verifier does not load it to name it
        click.Abort: INTERRUPTED,
        KeyboardInterrupt: INTERRUPTED,
    }
)


def exit_code(error: BaseException) -> int:
    """The code of the nearest class in the table."""
    return next(EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)
