"""No page calls another origin, breaks its own policy or errs: watched in every test here, and in this walk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter, Visitor
from tests.browser.page_watch import PageWatch
from tests.browser.running_network import HEAD, INSPECTOR, Province
from tests.browser.story import open_case


def lines_of_menu(page: Page, menu: str) -> list[str]:
    """The addresses that the menu leads to."""
    links = page.get_by_role("navigation", name=menu).get_by_role("link").all()
    return [link.get_attribute("href") or "" for link in links]


@pytest.mark.parametrize(("agency", "name"), [("police", HEAD), ("auditor", INSPECTOR)])
def test_every_line_of_the_menu_opens(enter: Enter, province: Province, agency: str, name: str) -> None:
    open_case(province, "Vụ việc để xem qua các trang")
    page = enter(agency, name)
    lines = lines_of_menu(page, "Danh mục")
    assert len(lines) >= 7
    for line in lines:
        answer = page.goto(line)
        assert answer is not None
        assert answer.status == 200, line
        expect(page.get_by_role("navigation", name="Danh mục").locator("[aria-current=page]")).to_have_count(1)
        expect(page.get_by_role("status").first).to_have_text("Đang cập nhật trực tiếp")


@pytest.mark.parametrize(
    "what",
    [
        "fetch('http://127.0.0.1:9/').catch(() => {})",
        "document.body.append(Object.assign(document.createElement('img'), {src: 'http://127.0.0.1:9/x.png'}))",
        "document.body.append(Object.assign(document.createElement('script'), {text: 'document.title = \"x\"'}))",
        "document.body.setAttribute('style', 'color: red')",
        "setTimeout(() => { throw new Error('on purpose') })",
        "console.error('on purpose')",
    ],
)
def test_what_no_page_may_do_is_seen(visitor: Visitor, watch: PageWatch, what: str) -> None:
    page = visitor("police")
    title = page.title()
    assert watch.faults == []
    page.evaluate(f"() => {{ {what} }}")
    page.wait_for_function("() => true")
    page.reload()
    assert watch.faults, "the watch saw nothing"
    assert page.title() == title
    watch.allow("")
