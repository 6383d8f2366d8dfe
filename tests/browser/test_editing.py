"""A draft goes to and fro between clerk and head, by what they read and press."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.desk import address_to, begin_document, go, save, sign_open_draft
from tests.browser.page_watch import PageWatch
from tests.browser.running_network import HEAD
from tests.unit.web.conftest import PASSPHRASE

DIC = "Sở Thông tin và Truyền thông tỉnh Lào Cai"


def test_a_draft_is_sent_back_edited_by_both_and_signed(enter: Enter, watch: PageWatch) -> None:
    watch.allow("status of 409")
    clerk, head = enter("police"), enter("police", HEAD)
    begin_document(clerk, "InfoShared")
    address_to(clerk, DIC)
    clerk.get_by_label("Loại thông tin").select_option("âm mưu, phương thức, thủ đoạn")
    clerk.get_by_label("Trích yếu nội dung").fill("V/v thủ đoạn mới")
    clerk.get_by_label("Tiêu đề").fill("Gọi chuyển hướng")
    clerk.get_by_label(re.compile("^Nội dung")).fill("Dùng SIM box.\nGọi từ nước ngoài.")
    draft = save(clerk)

    head.goto(draft)
    head.get_by_text("Trả lại để sửa").click()
    head.get_by_label("Cần sửa gì").fill("Nêu rõ số lượng SIM.")
    head.get_by_role("button", name="Trả lại", exact=True).click()
    expect(head.get_by_role("region", name="Bản thảo bị trả lại")).to_contain_text("Nêu rõ số lượng SIM.")

    # The clerk finds it on the first page of the day.
    go(clerk, "Việc hôm nay")
    row = clerk.get_by_role("region", name="Bản thảo bị trả lại").get_by_role("row").filter(has_text="Nêu rõ số lượng")
    row.get_by_role("link", name="Trao đổi thông tin").click()
    clerk.get_by_role("link", name="Sửa bản thảo").click()
    expect(clerk.get_by_role("note")).to_contain_text("Nêu rõ số lượng SIM.")
    expect(clerk.get_by_role("group", name="Nơi nhận").get_by_label(DIC)).to_be_checked()
    text = clerk.get_by_label(re.compile("^Nội dung"))
    expect(text).to_have_value("Dùng SIM box.\nGọi từ nước ngoài.")
    text.fill("Dùng SIM box 32 cổng.")

    # The head has become impatient meanwhile, and is faster.
    head.goto(f"{draft}/edit")
    head.get_by_label("Tiêu đề").fill("Gọi chuyển hướng qua SIM box")
    head.get_by_role("button", name="Lưu để trình ký").click()
    expect(head.get_by_text("“Gọi chuyển hướng” thành “Gọi chuyển hướng qua SIM box”", exact=False)).to_be_visible()

    clerk.get_by_role("button", name="Lưu để trình ký").click()
    alert = clerk.get_by_role("alert")
    expect(alert).to_contain_text("người khác đã sửa hoặc trả lại")
    expect(alert).to_contain_text("Gọi chuyển hướng qua SIM box")
    expect(text).to_have_value("Dùng SIM box 32 cổng.")
    clerk.get_by_label("Tiêu đề").fill("Gọi chuyển hướng qua SIM box")
    clerk.get_by_role("button", name="Lưu để trình ký").click()
    expect(clerk).to_have_url(draft)

    # What the head has read is another draft by now.
    head.get_by_label("Mật khẩu khóa ký").fill(PASSPHRASE)
    head.get_by_role("button", name="Ký và gửi").click()
    expect(head.get_by_role("alert")).to_contain_text("đã khác với lúc đọc")
    expect(head.get_by_role("definition").filter(has_text="32 cổng")).to_be_visible()
    sign_open_draft(head)
    expect(head.get_by_role("definition").filter(has_text=re.compile("^Dùng SIM box 32 cổng"))).to_be_visible()
