"""How a witness is set: where the log's tiles are, and how long it waits before it calls something missing."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from services.errors import UsageFault

LOG_URL_VARIABLE = "PHOIHOP_LOG_URL"


class LogAddressWrong(UsageFault):
    """What is given as the log's address is none."""

    def __init__(self, url: str) -> None:
        self.url = url[:200]
        super().__init__(
            what=f"{self.url!r} is no address of the log's tiles",
            why="it must begin with http:// or https:// and name a host, without a user, a query or a fragment",
            next_step="give the address that the auditor's service says, such as http://127.0.0.1:8070/",
        )


@dataclass(frozen=True, slots=True)
class WitnessSettings:
    """`log_url` None: the agency does not witness, and says so in its status.

    All other values are seconds of this service's running time, during which it was connected to the broker. What
    somebody else must have done by then (`within`) is later than what an ordinary outage or a backlog takes.
    """

    log_url: str | None = None
    within_seconds: float = 600.0
    """An event must be in the log, and a new checkpoint must have come, within this time."""
    ask_every_seconds: float = 60.0
    """Where events stand is asked this often, or as soon as there are enough for a full question."""
    ask_again_seconds: float = 60.0
    """A question without an answer, or one answered with "unknown", is asked again after this time."""
    view_every_seconds: float = 600.0
    """The digest of the exchange view is stated this often, if something moved."""
    tick_seconds: float = 1.0
    first_pause_seconds: float = 0.5
    """After tiles could not be fetched; doubled each time, up to `longest_pause_seconds`."""
    longest_pause_seconds: float = 60.0
    unavailable_after_seconds: float = 120.0
    """Tiles that could not be fetched for so long are an alarm."""

    def __post_init__(self) -> None:
        if self.log_url is not None:
            check_log_url(self.log_url)


def check_log_url(url: str) -> str:
    """The address itself if tiles can be fetched there; raises `LogAddressWrong`."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise LogAddressWrong(url) from error
    if parts.scheme not in {"http", "https"} or not usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise LogAddressWrong(url)
    return url
