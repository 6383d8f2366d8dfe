"""What people do at an agency's pages, as they do it: by what they read there."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.unit.web.conftest import PASSPHRASE

TEXTS = {
    "CaseOpened": "Mở vụ việc",
    "InfoRequested": "Yêu cầu cung cấp thông tin",
    "InfoWithheld": "Trả lời nêu rõ lý do không cung cấp",
    "InfoShared": "Trao đổi thông tin",
    "SuspensionOrdered": "Yêu cầu tạm ngừng, đình chỉ dịch vụ",
}


def go(page: Page, line: str) -> None:
    """To a page of the menu."""
    link = page.get_by_role("navigation", name="Danh mục").get_by_role("link", name=line, exact=True)
    with page.expect_navigation():
        link.click()
    expect(link).to_have_attribute("aria-current", "page")


def connected(page: Page) -> None:
    """Wait until the page hears what is new."""
    expect(page.get_by_role("status").filter(has_text="Đang cập nhật trực tiếp")).to_be_visible()


def begin_document(page: Page, event_type: str, case_title: str = "") -> None:
    """Open the form of a document, in a case or outside any."""
    go(page, "Soạn văn bản")
    if case_title:
        choice = page.get_by_role("combobox", name="Vụ việc")
        choice.select_option(choice.get_by_role("option", name=case_title).inner_text())
        page.get_by_role("button", name="Xem được gửi gì").click()
    page.get_by_role("link", name=TEXTS[event_type], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TEXTS[event_type])


def address_to(page: Page, *names: str) -> None:
    """Tick the recipients in a form, and no others."""
    box = page.get_by_role("group", name="Nơi nhận")
    for ticked in box.get_by_role("checkbox", checked=True).all():
        ticked.uncheck()
    for name in names:
        box.get_by_role("checkbox", name=name).check()


def save(page: Page) -> str:
    """Hand a form in for signature; the draft's address."""
    page.get_by_role("button", name="Lưu để trình ký").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bản thảo")
    return page.url


def sign(page: Page, what: str, *, reading: str) -> None:
    """As the head, open the newest draft of this kind that waits, read it, and sign it; its event is shown then."""
    go(page, "Chờ ký")
    page.get_by_role("region", name="Chờ ký").get_by_role("link", name=what).first.click()
    expect(page.get_by_role("definition").filter(has_text=reading)).to_be_visible()
    sign_open_draft(page)


def sign_open_draft(page: Page) -> None:
    """Sign the draft that the page shows; the passphrase is asked for once a session."""
    passphrase = page.get_by_label("Mật khẩu khóa ký")
    button = page.get_by_role("button", name="Ký")
    expect(button).to_be_visible()
    if passphrase.is_visible():
        passphrase.fill(PASSPHRASE)
    button.click()
    page.wait_for_url("**/events/**")


def receipts(page: Page) -> Locator:
    """The rows of an event's receipts."""
    return page.get_by_role("region", name="Nơi nhận và xác nhận").get_by_role("row")
