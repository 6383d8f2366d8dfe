"""People at the pages of a running province: each has a browser context of their own.

    def test_...(enter: Enter) -> None:
        page = enter("police", HEAD)

`enter` logs in by the form; `visitor` opens the door and stops there. What any page did wrong fails the test at its
end (`watch.allow` names what is meant). Tests here are synchronous.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import find_chromium, skipped
from tests.browser.lasting import lasting
from tests.browser.page_story import played
from tests.browser.page_watch import PageWatch
from tests.browser.running_network import CLERK, Province, running_province
from tests.unit.web.conftest import PASSWORD

WAIT_MS = 20_000
"""How long a test waits for what a page should show."""
DESK = {"width": 1366, "height": 768}

_BROWSER = pytest.StashKey[Browser]()
_PROVINCE = pytest.StashKey[Province]()
_PAGE_STORY = pytest.StashKey[dict[str, str]]()


class Visitor(Protocol):
    """Opens a new context at an agency's door."""

    def __call__(self, agency: str, **options: Any) -> Page: ...


class Enter(Protocol):
    """Logs somebody in, in a context of their own."""

    def __call__(self, agency: str, name: str = CLERK, **options: Any) -> Page: ...


@contextmanager
def _launched(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        expect.set_options(timeout=WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """The one browser; the test is skipped where there is none."""
    if (program := find_chromium()) is None:
        pytest.skip(skipped("no browser is on PATH"))
    return lasting(request, _BROWSER, _launched(program))


@pytest.fixture
def province(request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Province:
    """The running province that the tests of this folder share: each makes cases of its own."""
    folder = tmp_path_factory.mktemp("browser") / "lao-cai"
    return lasting(request, _PROVINCE, running_province(folder))


@pytest.fixture
def page_story(request: pytest.FixtureRequest, province: Province) -> dict[str, str]:
    """What stands on the pages that are looked at one and all: the ids of `page_story.py`."""
    return lasting(request, _PAGE_STORY, played(province))


@pytest.fixture
def watch(province: Province) -> Iterator[PageWatch]:
    """Watches every page of the test; fails it at its end for what was seen."""
    watch = PageWatch(province.urls.values())
    yield watch
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def contexts(browser: Browser, watch: PageWatch) -> Iterator[list[BrowserContext]]:
    """The contexts that a test has opened; closed at its end."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def visitor(browser: Browser, province: Province, watch: PageWatch, contexts: list[BrowserContext]) -> Visitor:
    """A page at an agency's door, such as `visitor("police", viewport={"width": 390, "height": 844})`."""

    def visit(agency: str, **options: Any) -> Page:
        chosen = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "viewport": DESK} | options
        context = browser.new_context(base_url=province.urls[agency], **chosen)
        contexts.append(context)
        context.set_default_timeout(WAIT_MS)
        watch.watch(context)
        page = context.new_page()
        page.goto("/")
        return page

    return visit


@pytest.fixture
def enter(visitor: Visitor) -> Enter:
    """A page of somebody who has logged in, on the first page of their agency."""

    def entered(agency: str, name: str = CLERK, **options: Any) -> Page:
        page = visitor(agency, **options)
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        return page

    return entered
