"""Names on the broker: subjects, stream, durables, inboxes.

A name that ends up in a subject is checked first: a dot, ``*`` or ``>`` in an
agency's id would widen its permissions to other agencies' subjects.
"""

from __future__ import annotations

import re

from services.broker.errors import BadName

_SLUG = re.compile(r"[a-z0-9-]{2,32}")

# An agency's own `$JS.API` is its own account's JetStream, of which it has none:
# the hub's is imported under this prefix.
JETSTREAM_PREFIX = "JSC.API"

AUDITOR = "auditor"


def checked_slug(kind: str, name: str) -> str:
    """`name` itself if it is an ASCII slug of 2 to 32 characters.

    Raises BadName.
    """
    if not _SLUG.fullmatch(name):
        raise BadName(kind, name)
    return name


def stream_name(province: str) -> str:
    """The stream that holds a province's events, ``COORD_<province>``."""
    return f"COORD_{checked_slug('province', province)}"


def stream_subjects(province: str) -> str:
    """Every subject of a province: ``coord.<province>.>``."""
    return f"coord.{checked_slug('province', province)}.>"


def own_subjects(province: str, agency: str) -> str:
    """What an agency may publish: ``coord.<province>.<agency>.>``."""
    return f"coord.{checked_slug('province', province)}.{checked_slug('agency', agency)}.>"


def mail_filter(province: str, agency: str) -> str:
    """What is addressed to an agency: ``coord.<province>.*.<agency>.>``."""
    return f"coord.{checked_slug('province', province)}.*.{checked_slug('agency', agency)}.>"


def inbox_prefix(user: str) -> str:
    """Where answers to a user's requests arrive, without the closing dot."""
    return f"_INBOX_{checked_slug('user', user)}"
