from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.desk import go


def where(page: Page) -> tuple[str, str]:
    """The page and its filters."""
    parts = urlsplit(page.url)
    return parts.path, parts.query


def test_the_other_language_is_a_click_away_and_keeps_the_page(enter: Enter) -> None:
    page = enter("police")
    go(page, "Yêu cầu và trả lời")
    page.get_by_role("combobox", name="Tình trạng").select_option("quá hạn")
    page.get_by_role("button", name="Xem", exact=True).click()
    page.wait_for_url("**state=overdue**")
    here = where(page)

    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests and answers")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert where(page) == here
    expect(page.get_by_role("combobox", name="State")).to_have_value("overdue")
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Cases").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cases")

    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vụ việc")
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_what_was_typed_at_the_door_is_not_asked_in_two_languages(enter: Enter) -> None:
    """The choice is the browser's own: it outlasts leaving."""
    page = enter("dic")
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_label("Mật khẩu")).to_be_visible()
