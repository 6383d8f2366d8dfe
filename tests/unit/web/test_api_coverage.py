"""Every command of the command line has its call, or a reason why it has none."""

from __future__ import annotations

from pathlib import Path

from fastapi.routing import APIRoute

from services.web.api.app import AGENCY_ROUTERS, AUDIT_ROUTERS
from tests.unit.cli.commands import PATHS

DRAFTED = ("POST /drafts", "POST /signatures")
"""What a head signs is drafted as a document of its type, and signed in the head's session."""

CALLS: dict[str, tuple[str, ...]] = {
    "cases": ("GET /cases",),
    "case show": ("GET /cases/{case}",),
    "ledger": ("GET /ledger",),
    "focal": ("GET /focal-points",),
    "obligations": ("GET /obligations",),
    "inbox": ("GET /inbox", "GET /drafts"),
    "inbox retry": ("POST /inbox/retry",),
    "draft": (
        "POST /drafts",
        "GET /drafts/{draft}",
        "PUT /drafts/{draft}",
        "POST /drafts/{draft}/returns",
        "DELETE /drafts/{draft}",
    ),
    "sign": ("POST /signatures",),
    "send": ("POST /events", *DRAFTED),
    "emergency": DRAFTED,
    "delegate grant": DRAFTED,
    "delegate end": DRAFTED,
    "delegate list": ("GET /delegations",),
    "lookup": ("POST /events", "GET /lookups/{event}"),
    "attach": ("POST /attachments",),
    "attachments": ("GET /attachments", "GET /events/{event}/attachments/{sha256}"),
    "report due": ("GET /reports/due",),
    "report draft": ("POST /reports/draft",),
    "report consolidate": ("POST /reports/consolidated",),
    "regulations coverage": ("GET /regulations",),
    "regulations show": ("GET /regulations/{regulation}",),
    "may": ("GET /regulations/{regulation}/may",),
    "directory show": ("GET /directory", "GET /audit/directory"),
    "status": ("GET /status",),
    "log status": ("GET /log",),
    "log alarms": ("GET /log/alarms",),
    "auditor status": ("GET /audit/status",),
    "audit who-told": ("GET /audit/who-told", "GET /audit/ledger.{kind}"),
    "audit who-knew": ("GET /audit/who-knew",),
    "audit silences": ("GET /audit/silences",),
    "audit timeline": ("GET /audit/timeline/{case}",),
    "audit compare": ("GET /audit/compare",),
}

RUNS = "runs a process, or is one"
FOLDER = "looks after the folder, its keys or its people; whoever does that is at the machine"
OFFICER = "an officer's own act with a reason of its own, at the machine"
WHOLE = "goes through the whole history or a package: minutes of computing that no caller waits for"
APART: dict[str, str] = {
    "agency run": RUNS, "auditor run": RUNS, "broker run": RUNS, "demo": RUNS, "bench": RUNS,
    "version": "the document itself says its version",
    "init": FOLDER, "agency add": FOLDER, "agency revoke": FOLDER, "agency renew": FOLDER,
    "agency recover": FOLDER, "agency inherit": FOLDER,
    "directory succeed": FOLDER, "account add": FOLDER, "account list": FOLDER, "account password": FOLDER,
    "account disable": FOLDER, "token add": FOLDER, "token list": FOLDER, "token revoke": FOLDER, "rebuild": FOLDER,
    "backup": FOLDER,
    "log accept": OFFICER, "audit open": OFFICER,
    "informant add": "an informant's identity crosses no interface", "informant show": "the same",
    "audit replay": WHOLE, "audit verify": WHOLE, "audit export": WHOLE,
}  # fmt: skip
GROUPS = {path[0] for path in PATHS if len(path) > 1} - {"inbox"}


def test_every_command_has_its_call_or_a_reason() -> None:
    commands = {" ".join(path) for path in PATHS} - GROUPS
    assert not CALLS.keys() & APART.keys()
    assert commands == CALLS.keys() | APART.keys()


def offered() -> set[str]:
    found = set()
    for place, routers in (("", AGENCY_ROUTERS), ("/audit", AUDIT_ROUTERS)):
        for router in routers:
            for route in router.routes:
                assert isinstance(route, APIRoute)
                found |= {f"{method} {place}{route.path}" for method in route.methods or ()}
    return found


def test_every_call_is_offered_and_stands_in_the_documentation() -> None:
    named = {call for calls in CALLS.values() for call in calls}
    assert named <= offered()
    page = (Path(__file__).parents[3] / "docs/web.md").read_text("utf-8")
    for call in offered():
        assert f"/api{call.split(' ')[1]}`" in page, call
