"""Everything without a mouse: the keys that a person has, and what is focused is seen."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.desk import receipts
from tests.browser.running_network import HEAD
from tests.unit.web.conftest import PASSPHRASE, PASSWORD

MOST_STEPS = 150
_FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  return {
    name: (one.labels?.length ? one.labels[0].innerText : one.getAttribute("aria-label") || one.innerText).trim(),
    seen: seen && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    ours: one !== document.body && one.matches(":focus"),
  };
}"""


def focused(page: Page) -> str:
    """The name of what is focused, which is seen to be. Buttons that a browser puts inside a field are its own."""
    found = page.evaluate(_FOCUSED)
    assert found["seen"] or not found["ours"], f"focus is not seen on {found}"
    return str(found["name"])


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so is focused; its focus, and each on the way, is visible."""
    passed = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if re.match(name, passed[-1]):
            return
    raise AssertionError(f"{name} was not reached by Tab: {passed}")


def fill(page: Page, name: str, text: str) -> None:
    """Go to a field and type."""
    tab_to(page, name)
    page.keyboard.type(text)


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go to a link or button and press it, until another page is there."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_document_is_written_and_signed_without_a_mouse(visitor: Visitor) -> None:
    page = visitor("police", reduced_motion="reduce")
    # The first field has the focus already.
    page.keyboard.type(HEAD)
    fill(page, "Mật khẩu", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    press(page, "Soạn văn bản")
    press(page, "Trao đổi thông tin")
    tab_to(page, "VNPT")
    page.keyboard.press("Space")
    tab_to(page, "Loại thông tin")
    page.keyboard.press("ArrowDown")
    fill(page, "Trích yếu nội dung", "V/v thông báo thủ đoạn mới")
    fill(page, "Nội dung", "Đặt SIM box tại nhà trọ.")
    fill(page, "Tiêu đề", "Thủ đoạn mới")
    press(page, "Kiểm tra")
    expect(page.get_by_text("Được gửi theo LC-7.2c.")).to_be_visible()
    press(page, "Lưu để trình ký")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bản thảo")

    fill(page, "Mật khẩu khóa ký", PASSPHRASE)
    press(page, "Ký và gửi")
    page.wait_for_url("**/events/**")
    expect(receipts(page).filter(has_text="VNPT")).to_contain_text("đã tiếp nhận")


def test_the_first_key_leads_past_the_menu(visitor: Visitor) -> None:
    page = visitor("dic", reduced_motion="reduce")
    page.keyboard.type(HEAD)
    fill(page, "Mật khẩu", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "Đến nội dung chính"
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    inside = "document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside), "the next key goes on within the page"
