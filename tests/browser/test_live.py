"""Pages that stay open: what is new is marked without moving the page, and a lost connection shows and heals."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import Enter
from tests.browser.desk import connected, go
from tests.browser.page_watch import PageWatch
from tests.browser.running_network import Province
from tests.browser.story import Case, ask_for_information, open_case

LOST = r"net::ERR_|\[object Event\]"
"""What the browser and htmx say of a stream that ended."""


def ask_vnpt(province: Province, case: Case, subject: str) -> str:
    """VNPT is asked for something by the police."""
    due = province.now() + timedelta(days=2)
    return ask_for_information(province, case, "police", "vnpt", subject=subject, due=due)


def scroll_down(page: Page) -> None:
    """Read on: the page is scrolled, and a row of its end is looked at."""
    page.get_by_role("row").last.scroll_into_view_if_needed()
    page.mouse.wheel(0, 2_000)
    page.wait_for_function("scrollY > 0")


def test_what_is_new_is_marked_and_nothing_moves_under_the_reader(enter: Enter, province: Province) -> None:
    case = open_case(province, "Vụ việc được theo dõi trực tiếp")
    for number in range(12):
        ask_vnpt(province, case, f"V/v việc đã đọc số {number}")
    page = enter("vnpt", viewport={"width": 1366, "height": 400})
    go(page, "Văn bản đến")
    connected(page)
    before = page.get_by_role("row").count()
    scroll_down(page)
    place = page.evaluate("scrollY"), page.get_by_role("row").last.bounding_box()

    first = ask_vnpt(province, case, "V/v việc mới thứ nhất")
    mark = page.get_by_role("button", name="1 mục mới")
    expect(mark).to_be_in_viewport()
    ask_vnpt(province, case, "V/v việc mới thứ hai")
    ask_vnpt(province, case, "V/v việc mới thứ ba")
    mark = page.get_by_role("button", name="3 mục mới")
    expect(mark).to_be_in_viewport()
    assert (page.evaluate("scrollY"), page.get_by_role("row").last.bounding_box()) == place
    assert page.get_by_role("row").count() == before, "the list is as the reader left it"

    mark.click()
    expect(page.get_by_role("row")).to_have_count(before + 3)
    expect(mark).to_have_count(0)
    page.locator(f'a[href="/events/{first}"]').click()
    expect(page.get_by_role("definition").filter(has_text="V/v việc mới thứ nhất")).to_be_visible()


def test_an_agency_hears_nothing_of_what_is_not_addressed_to_it(enter: Enter, province: Province) -> None:
    case = open_case(province, "Vụ việc giữa Công an và VNPT", ("vnpt",))
    own = open_case(province, "Vụ việc giữa Công an và Viettel", ("viettel",))
    stranger, recipient = enter("viettel"), enter("vnpt")
    connected(stranger)
    connected(recipient)
    ask_vnpt(province, case, "V/v việc chỉ VNPT được biết")
    expect(recipient.get_by_role("button", name="1 mục mới")).to_be_visible()
    # What comes after it is the first that the other agency hears of.
    due = province.now() + timedelta(days=2)
    ask_for_information(province, own, "police", "viettel", subject="V/v việc của Viettel", due=due)
    expect(stranger.get_by_role("button", name="mục mới")).to_have_text("1 mục mới – tải lại")


def test_a_lost_connection_shows_heals_and_counts_what_was_missed(
    enter: Enter, province: Province, watch: PageWatch
) -> None:
    watch.allow(LOST)
    case = open_case(province, "Vụ việc khi mất kết nối")
    page = enter("vnpt")
    connected(page)
    province.stop_pages("vnpt")
    expect(page.get_by_role("status")).to_have_text("Mất kết nối, đang nối lại…")
    ask_vnpt(province, case, "V/v việc đến lúc mất kết nối")
    ask_vnpt(province, case, "V/v việc thứ hai đến lúc mất kết nối")
    province.start_pages("vnpt")
    connected(page)
    page.get_by_role("button", name="2 mục mới").click()
    expect(page.get_by_role("link", name="Trả lời yêu cầu cung cấp thông tin").first).to_be_visible()


def test_a_service_that_was_restarted_says_so_instead_of_counting(
    enter: Enter, province: Province, watch: PageWatch
) -> None:
    watch.allow(LOST)
    page = enter("dic")
    connected(page)
    province.stop_pages("dic")
    # Its count begins anew with it.
    feed = province.houses["dic"].feed
    start, feed.start = feed.start, "another"
    province.start_pages("dic")
    page.get_by_role("button", name="Hệ thống đã khởi động lại").click()
    connected(page)
    expect(page.get_by_role("button", name="khởi động lại")).to_have_count(0)
    feed.start = start


def test_a_connection_that_died_without_a_word_is_opened_anew(enter: Enter, watch: PageWatch) -> None:
    watch.allow(LOST)
    page = enter("dic")
    page.clock.install()
    page.reload()
    connected(page)
    with page.expect_request("**/live"):
        page.clock.fast_forward("01:00")
        page.clock.run_for(2_000)
    connected(page)


def test_a_page_without_a_network_says_so_until_it_has_one(enter: Enter, watch: PageWatch) -> None:
    watch.allow(LOST)
    page = enter("dic")
    connected(page)
    page.context.set_offline(True)
    expect(page.get_by_role("status")).to_have_text("Mất kết nối, đang nối lại…")
    page.context.set_offline(False)
    connected(page)
    assert urlsplit(page.url).path == "/"
