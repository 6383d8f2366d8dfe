"""What a machine can see of a page's looks: nothing sticks out or is cut off, the main action is on the first screen,
and whatever is pressed is large enough to be hit.
"""

from __future__ import annotations

from playwright.sync_api import Page

# A frame with a name that can be reached by keyboard may slide sideways; so may the menu on a small screen.
_STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const all = document.documentElement.scrollWidth;
  const found = all > width ? [`the page is ${all} wide`] : [];
  const slides = (one) => {
    for (let up = one.parentElement; up; up = up.parentElement) {
      const frame = up.matches("nav") || (up.tabIndex === 0 && up.hasAttribute("aria-label"));
      if (frame && ["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
    }
    return false;
  };
  for (const one of document.querySelectorAll("body *")) {
    const box = one.getBoundingClientRect();
    if (!box.width || box.right <= width + 1 || slides(one) || one.closest(".visually-hidden, .skip")) continue;
    const text = one.textContent.trim().slice(0, 40);
    found.push(`${one.tagName} .${one.className} ends at ${Math.round(box.right)}: ${text}`);
  }
  return found.slice(0, 5);
}"""
_CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  if (!one.textContent.trim() || one.closest(".visually-hidden, svg") || !one.getClientRects().length) return false;
  if (!["hidden", "clip"].includes(style.overflowX) && !["hidden", "clip"].includes(style.overflowY)) return false;
  const cut = one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1;
  return cut && !(style.textOverflow === "ellipsis" && one.title);
}).map((one) => `${one.tagName} .${one.className}: ${one.textContent.trim().slice(0, 40)}`).slice(0, 5)"""
# As WCAG 2.2, 2.5.8 says it: a link within a sentence or a cell is as high as its line.
_TOO_SMALL = """() => {
  const pressed = "a, button, summary, select, textarea, input:not([type=hidden])";
  return [...document.querySelectorAll(pressed)].filter((one) => {
    const boxes = one.getClientRects();
    if (!boxes.length || one.closest(".visually-hidden, .skip")) return false;
    const label = one.labels && one.labels[0];
    const box = (label && ["checkbox", "radio"].includes(one.type) ? label : one).getBoundingClientRect();
    const within = one.tagName === "A" && getComputedStyle(one).display === "inline";
    return within ? boxes[0].height < 18 : box.height < 24 || box.width < 24;
  }).map((one) => {
    const box = one.getBoundingClientRect();
    return `${one.tagName} ${one.textContent.trim().slice(0, 30) || one.id}: ${box.width} × ${box.height}`;
  }).slice(0, 5);
}"""
_MAIN_ACTION_BELOW = """() => {
  const action = ["main .btn-primary[type=submit]", "main .btn-outline-primary[type=submit]"]
    .map((name) => document.querySelector(name)).find((one) => one);
  if (!action) return [];
  const box = action.getBoundingClientRect();
  return box.bottom <= window.innerHeight ? [] : [`${action.textContent.trim()} ends at ${Math.round(box.bottom)}`];
}"""


def misfits(page: Page, *, desk: bool) -> list[str]:
    """What is wrong with a page's looks at its present size."""
    asked = {"sticks out": _STICKS_OUT, "cut off": _CUT_OFF, "too small": _TOO_SMALL}
    if desk:
        asked["below the first screen"] = _MAIN_ACTION_BELOW
    return [f"{name}: {one}" for name, script in asked.items() for one in page.evaluate(script)]
