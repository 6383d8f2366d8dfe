"""The address at which a running auditor serves the log, for programs on the same machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.auditor.places import url_file
from services.identity.disk import PUBLIC, replace_file


@contextmanager
def announced_url(folder: Path, url: str) -> Iterator[None]:
    """Let the address be found in the state folder while the service runs."""
    replace_file(url_file(folder), f"{url}\n".encode(), PUBLIC)
    try:
        yield
    finally:
        url_file(folder).unlink(missing_ok=True)


def running_log_url(folder: Path) -> str | None:
    """The address that an auditor's service on this state folder has announced; None if none has.

    One that was killed may have left it: whoever asks there learns it.
    """
    try:
        return url_file(folder).read_text("utf-8").strip() or None
    except OSError:
        return None
