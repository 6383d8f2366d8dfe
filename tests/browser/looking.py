"""Going to pages as the people who may see them, each logged in once, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Visitor
from tests.browser.every_page import DOOR, Look

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
SIZES = (DESK, PHONE)


def looked_at(
    looks: Sequence[Look], story: dict[str, str], lang: str, enter: Enter, visitor: Visitor
) -> Iterator[tuple[Look, Page]]:
    """Each page as it stands once everything that the look asks for was done there."""
    entered: dict[tuple[str, str], Page] = {}
    for look in looks:
        who = (look.agency, "" if look in DOOR else look.person)
        if who not in entered:
            entered[who] = visitor(look.agency) if look in DOOR else enter(look.agency, look.person)
        page = entered[who]
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.goto(look.address_in(story, lang))
        if look.then is not None:
            # What is pressed leads to an address without a language: the choice of the person counts there.
            page.context.add_cookies([{"name": "phoihop_lang", "value": lang, "url": page.url}])
            look.then(page)
        expect(page.locator("h1")).to_be_visible()
        yield look, page
