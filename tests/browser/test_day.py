from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Enter


def test_somebody_enters_and_sees_the_day(enter: Enter) -> None:
    page = enter("police")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Việc hôm nay")


def test_twice(enter: Enter) -> None:
    page = enter("auditor", "kiem.tra")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sổ")
