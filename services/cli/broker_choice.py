"""Which broker an agency's service uses: one that is named, the one that runs on the folder, or one of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from events.directory import Directory
from services.broker.endpoint import read_endpoint
from services.broker.server import EmbeddedBroker
from services.cli.frame import option
from services.cli.session import Session
from services.network_setup import broker_folder

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class ChosenEndpoint:
    """Where the broker and its monitor are; the monitor may be out of reach of an agency's machine."""

    url: str
    monitor_url: str | None


def broker_options(function: _Function) -> _Function:
    """The options that name the broker."""
    for add in (
        option("--broker-port", type=click.IntRange(1, 65535)),
        option("--with-broker", is_flag=True),
        option("--monitor-url", envvar="PHOIHOP_MONITOR_URL", metavar="URL"),
        option("--broker-url", envvar="PHOIHOP_BROKER_URL", metavar="URL"),
    ):
        function = add(function)
    return function


@dataclass(frozen=True)
class BrokerChoice:
    """What the options say."""

    broker_url: str | None
    monitor_url: str | None
    port: int | None
    with_broker: bool

    @classmethod
    def of(
        cls, session: Session, broker_url: str | None, monitor_url: str | None, port: int | None, *, with_broker: bool
    ) -> BrokerChoice:
        """Raises a usage error for options that contradict one another."""
        if with_broker and broker_url:
            raise click.UsageError(session.texts("agency_run.one_broker"))
        if port is not None and not with_broker:
            raise click.UsageError(session.texts("agency_run.port_of_broker"))
        return cls(broker_url, monitor_url, port, with_broker)

    async def endpoint(self, session: Session, directory: Directory, stack: AsyncExitStack) -> ChosenEndpoint:
        """The broker's address; one of our own is started and ends with `stack`. Raises what the broker raises."""
        if self.with_broker:
            folder = broker_folder(session.folder)
            broker = await stack.enter_async_context(EmbeddedBroker(folder, directory.province, port=self.port))
            return ChosenEndpoint(broker.url, broker.monitor_url)
        if self.broker_url is not None:
            return ChosenEndpoint(self.broker_url, self.monitor_url)
        running = read_endpoint(broker_folder(session.folder).path)
        return ChosenEndpoint(running.url, self.monitor_url or running.monitor_url)
