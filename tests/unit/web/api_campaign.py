"""schemathesis against the API of a running house: what the OpenAPI document promises, tried with made-up calls.

    python -m tests.unit.web.api_campaign --seconds 600

A machine's token and a head's session call an agency, a machine's token calls the auditor, all at once. Nothing may be
answered with a server error, nor with anything that the document does not describe.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from starlette.applications import Starlette

from events.catalogue import CATALOGUE
from events.draft import Draft
from events.schema import schema_file_name
from projections.deliveries_told import ToldFilter, told
from services.accounts.account import Role
from services.accounts.store import Accounts
from services.agency.drafts import save_draft
from services.agency.service import AgencyService
from services.bench.history import make_history
from services.broker.names import AUDITOR
from services.broker.server import EmbeddedBroker
from services.cli.running import configure_log
from services.identity.network_init import KeyPolicy
from services.identity.pkcs8 import DEMONSTRATION
from services.network_setup import set_up_network
from services.provinces import load_province
from services.web.api.app import Api
from services.web.api.pace import Pace
from services.web.app import make_web
from services.web.auditing.house import AuditHouse
from services.web.entry import AnyHouse
from services.web.feed import Feed
from services.web.house import House
from services.web.server import serving
from tests.scenarios.samples import sample
from tests.unit.web.conftest import PASSPHRASE, PASSWORD
from tests.unit.web.story import played

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method", "ignored_auth",
)  # fmt: skip
_EVENTS = 600

Caller = Sequence[str]
"""What schemathesis is told of a caller: its headers."""
Known = Mapping[tuple[str, ...], Sequence[str]]
"""Parameters (`path.case`, `body.drafts.[*]`) and values that they may have with some sense."""
NOTHING_KNOWN: Known = MappingProxyType({})


@dataclass(frozen=True)
class Ended:
    """What schemathesis found: exit code 0 is nothing."""

    code: int
    output: str


async def try_out(
    web: Starlette, callers: Sequence[Caller], options: Sequence[str], known: Known = NOTHING_KNOWN
) -> list[Ended]:
    """Serve an application and let schemathesis call it, for all callers at once."""
    lift_pace(web)
    async with serving(web, port=0) as address:
        calls = [_run(f"{address}/api/openapi.json", (*caller, *options), known) for caller in callers]
        return await asyncio.gather(*calls)


def machine(house: AnyHouse, role: Role) -> Caller:
    """A machine that calls with a token."""
    key = house.accounts.tokens.make(f"campaign-{datetime.now(UTC):%H%M%S%f}", role, house.now())
    return ("--header", f"Authorization: Bearer {key}")


async def person(house: AnyHouse, name: str, password: str) -> Caller:
    """A person who calls in the session of the pages."""
    session = await asyncio.to_thread(house.accounts.enter, name, password, house.now())
    cookie = f"Cookie: phoihop_session={house.agency}.{session}"
    return ("--header", cookie, "--header", "Sec-Fetch-Site: same-origin")


def lift_pace(web: Starlette) -> None:
    """Let callers call as fast as they can: that they may not is shown elsewhere."""
    [api] = [mounted for route in web.routes if isinstance(mounted := getattr(route, "app", None), Api)]
    api.state.pace = api.state.passphrases = Pace(1e9, 10**9)


async def _run(address: str, options: Sequence[str], known: Known) -> Ended:
    arguments = ("run", address, "--checks", ",".join(CHECKS), "--no-color", *options)
    with tempfile.TemporaryDirectory() as away:  # where it leaves what it has tried
        await asyncio.to_thread(Path(away, "schemathesis.toml").write_text, _dictionaries(known), "utf-8")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schemathesis.cli", *arguments, "--generation-with-security-parameters", "false",
            cwd=away, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
    return Ended(process.returncode or 0, output.decode("utf-8", "replace"))


def _dictionaries(known: Known) -> str:
    """What there is, for half of the values: not every call shall ask for what there is not."""
    lines = []
    for number, (names, values) in enumerate(known.items()):
        lines += [f"[dictionaries.known{number}]", f"values = {json.dumps(list(values))}"]
        for name in names:
            lines += [f'[parameters."{name}"]', f'dictionary = "known{number}"', "probability = 0.5"]
    return "\n".join(lines) + "\n"


@asynccontextmanager
async def _small_province(folder: Path) -> AsyncIterator[dict[str, House]]:
    agencies = ("dic", "police", "vnpt", "auditor")
    set_up_network(
        folder, load_province("lao-cai"), agencies=agencies, passphrase_for=lambda _: PASSPHRASE, clock="real",
        now=datetime.now(UTC), policy=KeyPolicy(cost=DEMONSTRATION), root_passphrase=PASSPHRASE,
    )  # fmt: skip
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedBroker(folder / "broker", "lao-cai"))
        houses = {}
        for agency in agencies[:-1]:
            feed = Feed()
            service = AgencyService(folder, agency, broker_url=broker.url, moved=feed.moved)
            await stack.enter_async_context(service)
            accounts = stack.enter_context(Accounts(service.folder.accounts, agency))
            accounts.add("thu.truong", "Trần Văn Đức", Role.HEAD, PASSWORD, datetime.now(UTC), signatory="head")
            houses[agency] = House(service, accounts, feed)
        yield houses


async def _told(houses: Mapping[str, House], folder: Path) -> Known:
    """A case that was played between the agencies, drafts, and what else can be asked for by name."""
    ids = await played(dict(houses), folder)
    house = houses["police"]
    records = sample("LookupRequested")
    request = Draft(records, ("vnpt",), case=ids["case"], basis=ids["opening"])
    lookup = await house.service.issue(request, house.service.service_signer)
    draft = Draft(sample("InfoShared", attachments=()), ("dic",))
    drafts = [
        await house.write(lambda transaction: save_draft(transaction, draft, "campaign", house.now())) for _ in range(9)
    ]
    events = [ids[name] for name in ("opening", "asked", "order", "execution", "late")] + [lookup.event.envelope.id]
    agencies = ("dic", "police", "vnpt")
    return {
        ("path.case", "query.case"): [ids["case"]],
        ("path.event", "query.event"): events,
        ("body.cause", "body.basis", "body.request"): events,
        ("body.case",): [ids["case"]],
        ("path.draft", "body.drafts[*]"): drafts,
        ("body.passphrase",): [PASSPHRASE],
        ("path.sha256",): [ids["sha256"]],
        ("path.file",): [schema_file_name(name, version) for name, version in CATALOGUE],
        ("body.period",): ["2026-H2", "2026-Q4", "2025-2026", "2026-02-01..2026-02-10"],
        ("header.Idempotency-Key",): ["first", '"second"', "third"],
        ("query.sender", "query.recipient", "query.of", "query.lead", "query.debtor", "query.creditor"): agencies,
        ("body.recipients[*]",): agencies,
    }


async def _agency(folder: Path, options: Sequence[str]) -> list[Ended]:
    async with _small_province(folder / "lao-cai") as houses:
        known, house = await _told(houses, folder), houses["police"]
        callers = [machine(house, Role.CLERK), await person(house, "thu.truong", PASSWORD)]
        return await try_out(make_web(houses), callers, options, known)


async def _auditor(folder: Path, options: Sequence[str]) -> list[Ended]:
    state, now = folder / "audited", datetime.now(UTC)
    await asyncio.to_thread(make_history, state, _EVENTS, end=now, checkpoint_every=200, state_every=1)
    with (
        Accounts(folder / "accounts.sqlite", AUDITOR) as accounts,
        AuditHouse(state, accounts, lambda: datetime.now(UTC)) as house,
    ):
        return await try_out(make_web({AUDITOR: house}), [machine(house, Role.AUDITOR)], options, await logged(house))


async def logged(house: AuditHouse) -> Known:
    """What the auditor can be asked for by name."""
    rows = await house.ask(lambda book: list(told(book.cursor, ToldFilter(), limit=200)))
    return {
        ("path.case", "query.case"): sorted({row.case_id for row in rows if row.case_id}),
        ("path.event", "query.event"): sorted({row.event_id for row in rows}),
        ("query.agency", "query.sender", "query.recipient"): sorted({row.sender for row in rows}),
        ("query.type",): sorted({row.event_type for row in rows}),
        ("query.clause",): sorted({row.clause for row in rows if row.clause}),
        ("query.at", "query.since", "query.until", "query.first", "query.second"): ["2026-11-20", "-3d", "+3d"],
    }


async def _campaign(options: Sequence[str]) -> int:
    configure_log(quiet=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ended = await asyncio.gather(_agency(folder, options), _auditor(folder, options))
    for one in (one for several in ended for one in several):
        print(one.output)
    return max(one.code for several in ended for one in several)


def main() -> int:
    """By hand, for as long as one likes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for all callers at once")
    parser.add_argument("--examples", type=int, default=500, help="for each operation")
    parser.add_argument("--seed", type=int, help="the seed of an earlier run, to see the same again")
    given = parser.parse_args()
    options = ["--max-time", str(given.seconds), "--max-examples", str(given.examples), "--continue-on-failure"]
    return asyncio.run(_campaign([*options, *(("--seed", str(given.seed)) if given.seed is not None else ())]))


if __name__ == "__main__":
    sys.exit(main())
