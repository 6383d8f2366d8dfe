"""Every page that people reach, with something on it, with nothing on it, and with a fault: what the tests look at.

`{name}` in an address is an id of the story. The route table is held against this list, so that a page which nobody
looks at fails a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from services.broker.names import AUDITOR
from tests.browser.running_network import CLERK, HEAD, INSPECTOR

NO_PAGES = {
    "/language/{lang}": "leads back to where one was",
    "/live": "a stream of events",
    "/events/{event}/attachments/{sha256}": "a file",
    "/events/{event}/receipts": "a part of the event's page",
    "/audit": "leads to the ledger",
    "/audit/ledger.{kind}": "a file",
}
"""Routes that are asked for with GET and answer with no page, each with what they answer."""


@dataclass(frozen=True)
class Look:
    """A page to look at: which route it shows, who looks, where, and what is done there first."""

    name: str
    route: str
    agency: str
    address: str
    person: str = CLERK
    then: Callable[[Page], None] | None = None

    def address_in(self, story: dict[str, str], lang: str) -> str:
        """The address of the page in a language."""
        address = self.address.format_map(story)
        return f"{address}{'&' if '?' in address else '?'}lang={lang}"


def _nothing_filled_in(page: Page) -> None:
    page.locator("#write button[value=check]").last.click()
    expect(page.locator("main .alert-danger[role=alert]")).to_be_visible()


def _rows_added(page: Page) -> None:
    for button in page.locator("#write button[value^='add:']").all()[:1]:
        button.click()
        expect(page.locator("#write button[value^='remove:']").first).to_be_visible()
    _nothing_filled_in(page)


def _overtaken(page: Page) -> None:
    """As if the form had been filled from the draft before it was edited."""
    page.locator("input[name=revision]").evaluate("field => { field.value = '1'; }")
    _nothing_filled_in(page)


def _wrong_passphrase(page: Page) -> None:
    page.locator("#passphrase").fill("không phải mật khẩu này")
    page.locator("form[action$='/sign'] button[type=submit]").click()
    expect(page.locator("main .alert-danger[role=alert]").first).to_be_visible()


def _wrong_password(page: Page) -> None:
    page.locator("#name").fill("không.có.ai")
    page.locator("#password").fill("một mật khẩu sai")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main .alert-danger[role=alert]")).to_be_visible()


def _no_package(page: Page) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "gói.zip", "mimeType": "application/zip", "buffer": b"PK no package"}
    )
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .alert-danger")).to_be_visible()


def _unfolded(page: Page) -> None:
    folded = page.locator("main details:not([open]) > summary:visible")
    while folded.count():
        folded.first.click()


def _of(agency: str, person: str = CLERK) -> Callable[..., Look]:
    def look(
        name: str, route: str, address: str | None = None, then: Callable[[Page], None] | None = None,
        person: str = person,
    ) -> Look:  # fmt: skip
        return Look(name, route, agency, address or route, person, then)

    return look


_police, _vnpt, _auditor = _of("police"), _of("vnpt"), _of(AUDITOR, INSPECTOR)

DOOR: tuple[Look, ...] = (
    Look("door", "/enter", "police", "/enter"),
    Look("door refused", "/enter", "police", "/enter", then=_wrong_password),
)
"""Pages of who has not entered."""

AGENCY: tuple[Look, ...] = (
    _vnpt("day", "/"),
    _police("day of the others", "/"),
    _police("cases", "/cases"),
    _police("no case", "/cases", "/cases?text=kh%C3%B4ng-c%C3%B3"),
    _police("case", "/cases/{case}", "/cases/{case}"),
    _vnpt("case of a participant", "/cases/{case}", "/cases/{case}"),
    _police("closed case", "/cases/{case}", "/cases/{closed}"),
    _police("request", "/events/{event}", "/events/{open}", _unfolded),
    _vnpt("request to answer", "/events/{event}", "/events/{overdue}"),
    _vnpt("execution with a file", "/events/{event}", "/events/{execution}"),
    _police("choice", "/write", "/write?case={case}", _unfolded),
    _police("request form", "/write/{type}", "/write/InfoRequested?case={case}"),
    _police("request form with faults", "/write/{type}", "/write/InfoRequested?case={case}", _rows_added),
    _police("order form with faults", "/write/{type}", "/write/SuspensionOrdered?case={case}", _rows_added),
    _vnpt("suspicion form with faults", "/write/{type}", "/write/SuspicionReported", _nothing_filled_in),
    _vnpt("answer form", "/write/{type}", "/write/InfoProvided?cause={overdue}"),
    _police("form of what may not go", "/write/{type}", "/write/ReportConsolidated"),
    _police("drafts", "/drafts"),
    _police("drafts to sign", "/drafts", person=HEAD),
    _vnpt("no drafts", "/drafts"),
    _police("draft", "/drafts/{draft}", "/drafts/{draft}", _unfolded),
    _police("draft to sign", "/drafts/{draft}", "/drafts/{draft}", person=HEAD),
    _police("draft with a wrong passphrase", "/drafts/{draft}", "/drafts/{draft}", _wrong_passphrase, HEAD),
    _police("draft that was edited", "/drafts/{draft}", "/drafts/{edited}", _unfolded, HEAD),
    _police("draft that was sent back", "/drafts/{draft}", "/drafts/{returned}"),
    _police("form of a draft", "/drafts/{draft}/edit", "/drafts/{draft}/edit", _unfolded),
    _police("form of a draft sent back", "/drafts/{draft}/edit", "/drafts/{returned}/edit", _rows_added),
    _police("form of a draft that another edited", "/drafts/{draft}/edit", "/drafts/{edited}/edit", _overtaken),
    _police("draft of what may not go", "/drafts/{draft}", "/drafts/{unlawful}", person=HEAD),
    _police("requests", "/requests"),
    _police("settled requests", "/requests", "/requests?state=settled"),
    _vnpt("overdue requests", "/requests", "/requests?state=overdue&side=mine"),
    _police("suspensions", "/suspensions"),
    _police("no suspensions", "/suspensions", "/suspensions?state=past_end"),
    _police("ended suspensions", "/suspensions/ended"),
    _vnpt("inbox", "/inbox"),
    _vnpt("nothing in quarantine", "/inbox", "/inbox?state=quarantined"),
    _police("sent", "/sent"),
    _police("nothing refused", "/sent", "/sent?state=refused"),
    _police("reports", "/reports"),
    _police("reports with the settled", "/reports", "/reports?settled=1"),
    _police("directory", "/directory"),
    _police("an agency", "/directory/{agency}", "/directory/dic"),
    _police("log", "/log", then=_unfolded),
    _police("formats", "/formats"),
    _police("a format", "/formats/{type}", "/formats/SuspensionOrdered"),
    _police("the API", "/formats/api"),
    _police("not found", "", "/nowhere"),
    _police("no such case", "/cases/{case}", "/cases/018f0000-0000-7000-8000-000000000000"),
)
"""Pages of an agency."""

AUDIT: tuple[Look, ...] = (
    _auditor("ledger", "/audit/ledger"),
    _auditor("ledger of a pair", "/audit/ledger", "/audit/ledger?sender=police&recipient=vnpt"),
    _auditor("nothing in the ledger", "/audit/ledger", "/audit/ledger?until=2020-01-01"),
    _auditor("proof card", "/audit/events/{event}", "/audit/events/{order}", _unfolded),
    _auditor("case", "/audit/cases/{case}", "/audit/cases/{case}"),
    _auditor("no knowledge asked", "/audit/knowledge"),
    _auditor(
        "knowledge", "/audit/knowledge",
        "/audit/knowledge?agency=vnpt&case={case}&at=2026-11-16T08:31&second=2027-01-01",
    ),
    _auditor("silences", "/audit/silences", "/audit/silences?at=2027-01-01"),
    _auditor("receipts missing", "/audit/silences", "/audit/silences?kind=receipts"),
    _auditor("reports missing", "/audit/silences", "/audit/silences?kind=reports&at=2027-03-01"),
    _auditor("network", "/audit/network"),
    _auditor("completeness", "/audit/completeness"),
    _auditor("witnesses", "/audit/completeness", "/audit/completeness?part=witnesses"),
    _auditor("gaps", "/audit/completeness", "/audit/completeness?part=gaps"),
    _auditor("alarms", "/audit/completeness", "/audit/completeness?part=alarms"),
    _auditor("quarantine", "/audit/completeness", "/audit/completeness?part=quarantine"),
    _auditor("verification", "/audit/verify"),
    _auditor("no package", "/audit/verify", then=_no_package),
    _auditor("looks", "/audit/looks"),
    _auditor("no such event", "/audit/events/{event}", "/audit/events/018f0000-0000-7000-8000-000000000000"),
)  # fmt: skip
"""Pages of the auditor."""

EVERY: tuple[Look, ...] = (*DOOR, *AGENCY, *AUDIT)
