"""Every page in both languages, on a desk's screen and on a phone's: not one violation found by axe-core, and nothing
that does not fit. One walk serves both, for going to a page costs more than either look at it.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from starlette.routing import Route

from services.web.app import make_web
from tests.browser.conftest import Enter, Visitor
from tests.browser.every_page import AGENCY, AUDIT, DOOR, EVERY, NO_PAGES, Look
from tests.browser.fitting import misfits
from tests.browser.looking import DESK, SIZES, looked_at
from tests.browser.page_watch import PageWatch

AXE = Path(__file__).parent / "axe"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """async (tags) => {
  const answer = await axe.run({runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return answer.violations.map(
    (one) => `${one.id}: ${one.nodes.length} × ${one.nodes[0].target} ${one.nodes[0].failureSummary}`);
}"""


@cache
def _axe() -> str:
    return (AXE / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds in the page as it stands; scripts that a driver evaluates are outside the pages' policy."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(_RUN, list(RULES))
    return found


def test_the_checker_is_the_published_one() -> None:
    told: dict[str, Any] = tomllib.loads((AXE / "VENDORED.toml").read_text("utf-8"))
    assert hashlib.sha256((AXE / told["file"]).read_bytes()).hexdigest() == told["sha256"]
    assert f"axe v{told['version']}" in _axe()[:100]


def test_every_page_is_looked_at() -> None:
    routes = {
        route.path for route in make_web({}).routes if isinstance(route, Route) and "GET" in (route.methods or ())
    }
    looked = {look.route for look in EVERY} - {""}
    assert routes - set(NO_PAGES) == looked
    assert not looked & set(NO_PAGES)


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("looks", [DOOR, AGENCY, AUDIT], ids=["door", "agency", "auditor"])
def test_every_page_fits_its_screen_and_has_no_violation(
    looks: tuple[Look, ...], lang: str, page_story: dict[str, str], enter: Enter, visitor: Visitor, watch: PageWatch
) -> None:
    watch.allow(r"status of 4(01|03|04|09|22)")
    found = []
    for look, page in looked_at(looks, page_story, lang, enter, visitor):
        for size in SIZES:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            seen = misfits(page, desk=size is DESK) + violations(page)
            found += [f"{look.name}, {size['width']} px, {one}" for one in seen]
        assert page.locator("html").get_attribute("lang") == lang, look.name
    assert not found, "\n".join(found)


_FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  // A link that wraps has a box for each of its lines.
  const box = one.getClientRects()[0], style = getComputedStyle(one);
  const at = document.elementFromPoint(box.left + Math.min(box.width, 40) / 2, box.top + Math.min(box.height, 40) / 2);
  const all = [...document.querySelectorAll("*")];
  return {
    name: `${one.tagName} ${(one.textContent || one.id).trim().slice(0, 30)}`,
    place: all.indexOf(one),
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: at !== null && (one.contains(at) || at.contains(one) && at.tagName === "LABEL"),
  };
}"""
_REACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, select, textarea, summary, input:not([type=hidden]), [tabindex='0']")]
  .filter((one) => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})).length"""
WALKED = (
    "day",
    "case",
    "request",
    "choice",
    "request form with faults",
    "draft to sign",
    "form of a draft that another edited",
    "ledger",
    "verification",
)


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.parametrize("name", WALKED)
def test_the_keyboard_goes_through_a_page_in_order_and_its_place_is_seen(
    name: str, page_story: dict[str, str], enter: Enter, visitor: Visitor, watch: PageWatch
) -> None:
    watch.allow(r"status of 4(03|09|22)")
    look = next(one for one in EVERY if one.name == name)
    ((_, page),) = looked_at([look], page_story, "vi", enter, visitor)
    page.emulate_media(reduced_motion="reduce")
    page.goto(page.url)
    page.locator("body").evaluate("() => document.activeElement.blur()")
    steps: list[dict[str, Any]] = []
    # A date is a field of several parts, each of which the key stops at.
    for _ in range(400):
        page.keyboard.press("Tab")
        step = page.evaluate(_FOCUSED)
        if step is None:
            break
        if not steps or steps[-1]["place"] != step["place"]:
            steps.append(step)
    else:
        pytest.fail("the key never left the page")
    assert steps[0]["name"].startswith("A Đến nội dung chính")
    assert [step["place"] for step in steps] == sorted(step["place"] for step in steps)
    assert len(steps) == page.evaluate(_REACHABLE)
    assert [step["name"] for step in steps if step["ring"] < 2 or not step["seen"]] == []
