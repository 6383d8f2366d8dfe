"""Documents written, signed, sent and answered, each step by the person whose step it is."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.desk import address_to, begin_document, connected, go, receipts, save, sign, sign_open_draft
from tests.browser.page_watch import PageWatch
from tests.browser.running_network import HEAD, Province
from tests.browser.story import ask_for_information, open_case

DIC, POLICE, VNPT = "Sở Thông tin và Truyền thông tỉnh Lào Cai", "Công an tỉnh Lào Cai", "VNPT Lào Cai"


def fill_in_case(page: Page, title: str) -> None:
    """The form of a case that the police found by itself."""
    address_to(page, DIC, VNPT)
    page.get_by_label("Loại vi phạm").select_option("các vi phạm khác")
    page.get_by_label("Do cơ quan chủ trì tự phát hiện").check()
    page.get_by_role("group", name="Lĩnh vực").get_by_label("viễn thông").check()
    for name in (DIC, VNPT):
        page.get_by_role("group", name="Cơ quan phối hợp").get_by_label(name).check()
    page.get_by_label("Trích yếu nội dung").fill("V/v mở vụ việc")
    page.get_by_label("Tóm tắt nội dung vụ việc").fill("Phát hiện trạm phát sóng không phép.")
    page.get_by_label("Tên vụ việc").fill(title)


def test_a_clerk_drafts_the_head_signs_and_each_recipient_confirms(enter: Enter, province: Province) -> None:
    clerk = enter("police")
    begin_document(clerk, "CaseOpened")
    fill_in_case(clerk, "Trạm <SIM box> ở phường Cốc Lếu")
    clerk.get_by_role("button", name="Kiểm tra").click()
    expect(clerk.get_by_text("Được gửi theo LC-7.2a.")).to_be_visible()
    save(clerk)
    expect(clerk.get_by_text("Chờ thủ trưởng ký.")).to_be_visible()
    expect(clerk.get_by_role("button", name="Ký và gửi")).to_have_count(0)

    head = enter("police", HEAD)
    sign(head, "Mở vụ việc", reading="Trạm <SIM box> ở phường Cốc Lếu")
    expect(head.get_by_role("heading", level=1)).to_contain_text("/TB-CAT")
    # Nobody reloads: each recipient's receipt comes in by itself.
    for name in (DIC, VNPT):
        expect(receipts(head).filter(has_text=name)).to_contain_text("đã tiếp nhận")
    # What the page shows by itself is not offered as new; what else comes in is.
    open_case(province, "Vụ việc mở trong lúc xem")
    expect(head.get_by_role("button", name="mục mới")).to_have_text("1 mục mới – tải lại")

    go(clerk, "Chờ ký")
    expect(clerk.get_by_text("Trạm <SIM box>")).to_have_count(0)
    go(clerk, "Vụ việc")
    expect(clerk.get_by_role("link", name="Trạm <SIM box> ở phường Cốc Lếu")).to_be_visible()


def test_a_form_says_what_is_missing_and_keeps_what_was_typed(enter: Enter, watch: PageWatch) -> None:
    watch.allow("status of 422")
    page = enter("police")
    begin_document(page, "CaseOpened")
    fill_in_case(page, "Vụ việc thiếu trích yếu")
    page.get_by_label("Trích yếu nội dung").fill("")
    page.get_by_role("button", name="Lưu để trình ký").click()
    expect(page.get_by_role("alert")).to_contain_text("Trích yếu nội dung")
    expect(page.get_by_label("Trích yếu nội dung")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Tên vụ việc")).to_have_value("Vụ việc thiếu trích yếu")
    expect(page.get_by_role("group", name="Nơi nhận").get_by_label(VNPT)).to_be_checked()
    page.get_by_label("Trích yếu nội dung").fill("V/v mở vụ việc")
    save(page)
    page.get_by_role("button", name="Bỏ bản thảo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chờ ký")


def test_a_wrong_passphrase_sends_nothing(enter: Enter, watch: PageWatch) -> None:
    watch.allow("status of 403")
    head = enter("police", HEAD)
    begin_document(head, "CaseOpened")
    fill_in_case(head, "Vụ việc ký sai mật khẩu")
    draft = save(head)
    head.get_by_label("Mật khẩu khóa ký").fill("không phải mật khẩu này")
    head.get_by_role("button", name="Ký và gửi").click()
    expect(head.get_by_role("alert")).to_be_visible()
    go(head, "Vụ việc")
    expect(head.get_by_role("link", name="Vụ việc ký sai mật khẩu")).to_have_count(0)
    head.goto(draft)
    sign_open_draft(head)
    go(head, "Vụ việc")
    expect(head.get_by_role("link", name="Vụ việc ký sai mật khẩu")).to_be_visible()


def test_the_police_withhold_and_the_asker_reads_why_and_by_which_clause(enter: Enter, province: Province) -> None:
    case = open_case(province, "Vụ việc có yêu cầu bị từ chối")
    asked = ask_for_information(
        province, case, "dic", "police", subject="V/v xác minh chủ thuê bao", due=province.now() + timedelta(days=2)
    )
    asker = enter("dic")
    go(asker, "Yêu cầu và trả lời")
    connected(asker)

    head = enter("police", HEAD)
    head.goto(f"/events/{asked}")
    head.get_by_role("link", name="Trả lời nêu rõ lý do không cung cấp").click()
    expect(head.get_by_role("group", name="Nơi nhận").get_by_label(DIC)).to_be_checked()
    head.get_by_label("Trích yếu nội dung").fill("V/v không cung cấp thông tin đang điều tra")
    head.get_by_role("combobox", name="Căn cứ").select_option("đang trong thời gian điều tra, xác minh cần giữ bí mật")
    head.get_by_role("textbox", name="Lý do").fill("Đang xác minh đối tượng cầm đầu.")
    head.get_by_role("combobox", name="Hình thức trả lời").select_option("văn bản trả lời")
    save(head)
    sign_open_draft(head)

    asker.get_by_role("button", name="1 mục mới").click()
    asker.get_by_role("combobox", name="Tình trạng").select_option("đã xong")
    asker.get_by_role("button", name="Xem", exact=True).click()
    row = asker.get_by_role("row").filter(has_text=case.id[:13])
    row.get_by_role("link", name="Trả lời nêu rõ lý do không cung cấp").click()
    expect(asker.get_by_text("Căn cứ điều khoản LC-7.2b")).to_be_visible()
    expect(asker.get_by_role("definition").filter(has_text="Đang xác minh đối tượng cầm đầu.")).to_be_visible()


def test_an_enterprise_sees_the_suspension_that_it_is_ordered(enter: Enter, province: Province) -> None:
    case = open_case(province, "Vụ việc có tạm ngừng dịch vụ")
    enterprise = enter("vnpt")
    go(enterprise, "Tạm ngừng, đình chỉ")
    connected(enterprise)
    head = enter("police", HEAD)
    begin_document(head, "SuspensionOrdered", case.title)
    address_to(head, VNPT)
    head.get_by_label("Trích yếu nội dung").fill("V/v tạm ngừng trung kế SIP")
    head.get_by_label("Căn cứ pháp lý").fill("Điều 10 khoản 3")
    head.get_by_role("combobox", name="Biện pháp").select_option("tạm ngừng")
    head.get_by_role("combobox", name="Phạm vi").select_option("toàn bộ dịch vụ")
    head.get_by_label("Biện pháp tạm thời").check()
    head.get_by_role("group", name="Thời hạn hoặc điều kiện kết thúc").get_by_label("Điều kiện").fill("Khi có kết luận")
    head.get_by_role("button", name="Thêm: Dịch vụ, thuê bao bị áp dụng").click()
    service = head.get_by_role("group", name="Dịch vụ", exact=True)
    service.get_by_role("combobox", name="Loại").select_option("trung kế SIP")
    service.get_by_role("textbox", name="Số hiệu, mã").fill("SIP-0214-0001")
    save(head)
    sign_open_draft(head)

    enterprise.get_by_role("button", name="1 mục mới").click()
    row = enterprise.get_by_role("row").filter(has_text=case.title)
    expect(row).to_contain_text(POLICE)
    expect(row).to_contain_text("tạm thời")
    row.get_by_role("link", name="Yêu cầu tạm ngừng, đình chỉ dịch vụ").click()
    expect(enterprise.get_by_text("Căn cứ điều khoản LC-10.3")).to_be_visible()
