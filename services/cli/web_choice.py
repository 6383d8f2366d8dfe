"""Where a service's pages and API are served: host, port, and the names by which browsers may call them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from services.cli.frame import option
from services.cli.session import Session

if TYPE_CHECKING:
    from services.web.entry import Houses

_Function = TypeVar("_Function", bound=Callable[..., Any])

LOOPBACK = "127.0.0.1"


def web_options(function: _Function) -> _Function:
    """`--port`, `--host`, `--public-name`, `--no-web`."""
    for add in (
        option("--no-web", is_flag=True),
        option("--public-name", "public_names", multiple=True, envvar="PHOIHOP_PUBLIC_NAME", metavar="NAME"),
        option("--host", envvar="PHOIHOP_HOST", default=LOOPBACK, metavar="ADDRESS"),
        option("--port", type=click.IntRange(0, 65535), envvar="PHOIHOP_PORT"),
    ):
        function = add(function)
    return function


@dataclass(frozen=True)
class WebChoice:
    """What the options say. `port` None is 8080, or a free one where 8080 is taken."""

    host: str = LOOPBACK
    port: int | None = None
    public_names: tuple[str, ...] = ()
    wanted: bool = True

    @classmethod
    def of(
        cls, session: Session, host: str, port: int | None, public_names: tuple[str, ...], *, no_web: bool
    ) -> WebChoice:
        """Raises a usage error for a host that is no address, or one that nobody could call by a name."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            raise click.UsageError(session.texts("web.host", text=host)) from None
        if address.is_unspecified and not public_names:
            raise click.UsageError(session.texts("web.public_name", text=host))
        return cls(host, port, public_names, wanted=not no_web)

    @property
    def names(self) -> frozenset[str]:
        """What may stand in a request's `Host`, without the port."""
        from services.web.app import LOOPBACK_NAMES  # noqa: PLC0415 - the pages load slowly, and may not be wanted

        own = f"[{self.host}]" if ":" in self.host else self.host
        return LOOPBACK_NAMES | {own} | {name.lower() for name in self.public_names}

    async def serve(self, houses: Houses, stack: AsyncExitStack) -> str:
        """Serve until the stack ends; gives the address. Raises `PagesPortTaken`."""
        from services.web.app import make_web  # noqa: PLC0415 - as above
        from services.web.server import DEFAULT_PORT, PagesPortTaken, serving  # noqa: PLC0415 - as above

        web = make_web(houses, hosts=self.names)

        def close_feeds() -> None:
            for house in houses.values():
                house.feed.close()

        try:
            port = DEFAULT_PORT if self.port is None else self.port
            return await stack.enter_async_context(serving(web, host=self.host, port=port, at_end=close_feeds))
        except PagesPortTaken:
            if self.port is not None:
                raise
            return await stack.enter_async_context(serving(web, host=self.host, port=0, at_end=close_feeds))
