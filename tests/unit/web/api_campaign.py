"""schemathesis against the API of a running house: what the OpenAPI document promises, tried with made-up calls.

    python -m tests.unit.web.api_campaign --seconds 600

A machine's token and a head's session call by turns. Nothing may be answered with a server error, nor with anything
that the document does not describe.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from starlette.applications import Starlette

from services.accounts.account import Role
from services.accounts.store import Accounts
from services.agency.service import AgencyService
from services.broker.server import EmbeddedBroker
from services.cli.running import configure_log
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from services.web.api.app import Api
from services.web.api.pace import Pace
from services.web.app import make_web
from services.web.feed import Feed
from services.web.house import House
from services.web.server import serving

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method", "ignored_auth",
)  # fmt: skip
_PASSWORD = "năm từ dễ nhớ mà khó đoán"
_PASSPHRASE = "a passphrase of the tests"


@dataclass(frozen=True)
class Ended:
    """What schemathesis found: exit code 0 is nothing."""

    code: int
    output: str


async def try_out(houses: dict[str, House], agency: str, password: str, options: Sequence[str]) -> list[Ended]:
    """Serve the houses and let schemathesis call, first with a token, then in a head's session."""
    house = houses[agency]
    web = make_web(houses)
    lift_pace(web)
    key = house.accounts.tokens.make(f"campaign-{datetime.now(UTC):%H%M%S%f}", Role.CLERK, house.now())
    session = await asyncio.to_thread(house.accounts.enter, "thu.truong", password, house.now())
    callers = (
        ("--header", f"Authorization: Bearer {key}"),
        ("--header", f"Cookie: phoihop_session={agency}.{session}", "--header", "Sec-Fetch-Site: same-origin"),
    )
    async with serving(web, port=0) as address:
        return [await _run(f"{address}/api/openapi.json", (*caller, *options)) for caller in callers]


def lift_pace(web: Starlette) -> None:
    """Let callers call as fast as they can: that they may not is shown elsewhere."""
    [api] = [mounted for route in web.routes if isinstance(mounted := getattr(route, "app", None), Api)]
    api.state.pace = api.state.passphrases = Pace(1e9, 10**9)


async def _run(address: str, options: Sequence[str]) -> Ended:
    arguments = ("run", address, "--checks", ",".join(CHECKS), "--no-color", *options)
    with tempfile.TemporaryDirectory() as away:  # where it leaves what it has tried
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", *arguments, "--generation-with-security-parameters", "false",
            cwd=away, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
    return Ended(process.returncode or 0, output.decode("utf-8", "replace"))


@asynccontextmanager
async def _small_province(folder: Path) -> AsyncIterator[dict[str, House]]:
    agencies = ("dic", "police", "vnpt", "auditor")
    set_up_network(
        folder, load_province("lao-cai"), agencies=agencies, passphrase_for=lambda _: _PASSPHRASE, clock="real",
        now=datetime.now(UTC), policy=KeyPolicy(cost=DEMONSTRATION), root_passphrase=_PASSPHRASE,
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedBroker(folder / "broker", "lao-cai"))
        houses = {}
        for agency in agencies[:-1]:
            feed = Feed()
            service = AgencyService(folder, agency, broker_url=broker.url, moved=feed.moved)
            await stack.enter_async_context(service)
            accounts = stack.enter_context(Accounts(service.folder.accounts, agency))
            accounts.add("thu.truong", "Trần Văn Đức", Role.HEAD, _PASSWORD, datetime.now(UTC), signatory="head")
            houses[agency] = House(service, accounts, feed)
        yield houses


async def _campaign(seconds: int, examples: int) -> int:
    configure_log(quiet=True)
    with tempfile.TemporaryDirectory() as folder:
        async with _small_province(Path(folder) / "lao-cai") as houses:
            options = ("--max-time", str(seconds), "--max-examples", str(examples), "--continue-on-failure")
            ended = await try_out(houses, "vnpt", _PASSWORD, options)
    for one in ended:
        print(one.output)
    return max(one.code for one in ended)


def main() -> int:
    """By hand, for as long as one likes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for each of the two callers")
    parser.add_argument("--examples", type=int, default=500, help="for each operation")
    given = parser.parse_args()
    return asyncio.run(_campaign(given.seconds, given.examples))


if __name__ == "__main__":
    sys.exit(main())
