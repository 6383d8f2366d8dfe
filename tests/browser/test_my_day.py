from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.desk import go
from tests.browser.running_network import Province
from tests.browser.story import ask_for_information, open_case


def test_what_is_overdue_is_seen_on_both_sides(enter: Enter, province: Province) -> None:
    case = open_case(province, "Vụ việc có yêu cầu sẽ quá hạn", ("viettel",))
    due = province.now() + timedelta(days=1)
    asked = ask_for_information(province, case, "police", "viettel", subject="V/v xác minh", due=due)
    debtor, creditor = enter("viettel"), enter("police")
    link = f'a[href="/events/{asked}"]'
    expect(debtor.get_by_role("region", name="Quá hạn").locator(link)).to_have_count(0)
    expect(creditor.get_by_role("region", name="Chờ cơ quan khác").locator(link)).to_be_visible()

    province.advance(timedelta(days=3))
    go(debtor, "Việc hôm nay")
    row = debtor.get_by_role("region", name="Quá hạn", exact=True).get_by_role("row").filter(has=debtor.locator(link))
    expect(row).to_contain_text("quá hạn")
    expect(row).to_contain_text("Công an tỉnh Lào Cai")
    go(creditor, "Việc hôm nay")
    theirs = creditor.get_by_role("region", name="Cơ quan khác quá hạn")
    expect(theirs.get_by_role("row").filter(has=creditor.locator(link))).to_contain_text("Viettel Lào Cai")

    row.get_by_role("link", name="Trả lời yêu cầu cung cấp thông tin").click()
    expect(debtor.get_by_role("link", name="Cung cấp thông tin", exact=True)).to_be_visible()
    go(debtor, "Yêu cầu và trả lời")
    debtor.get_by_role("combobox", name="Tình trạng").select_option("quá hạn")
    debtor.get_by_role("button", name="Xem", exact=True).click()
    expect(debtor.locator(link)).to_be_visible()
