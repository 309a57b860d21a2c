"""What axe says of a page, whether it scrolls sideways, and its picture where somebody wants it."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Width, height, colours. The narrow and dark one in the quick run; the others under --long, walked through page by page.
QUICK, *REST = [(390, 844, "dark"), (1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light")]
LOOKS = [pytest.param([QUICK], id="one-look"), pytest.param(REST, marks=pytest.mark.long, id="other-looks")]


# Other colours are there a frame after they are asked for, or two where the machine has much to do.
SETTLED = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map(each => each.finished));
}"""


def judge(page: Page, name: str) -> None:
    """What axe says of the page at each of its looks, whether it scrolls sideways, and its picture where wanted."""
    first, *others = page.looks  # type: ignore[attr-defined]
    page.wait_for_timeout(250)  # what was typed is asked after a moment
    expect(page.locator(".htmx-request")).to_have_count(0)  # no script of ours may be evaluated from text
    page.wait_for_load_state("networkidle")
    _judge(page, name, first)
    for look in others:
        put_on(page, look)
        _judge(page, name, look)
    if others:
        put_on(page, first)


def put_on(page: Page, look: tuple[int, int, str]) -> None:
    width, height, scheme = look
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def _judge(page: Page, name: str, look: tuple[int, int, str]) -> None:
    name = f"{name}-{look[0]}-{look[2]}"
    page.wait_for_timeout(250)  # other colours are faded in, field by field
    page.evaluate(SETTLED)
    shots = os.environ.get("SHOTS")
    if shots:
        Path(shots).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{shots}/{name}.png")
    found = _axe(page)
    assert not found, "\n".join(f"{name}: {v['id']} {[n['html'][:160] for n in v['nodes'][:3]]}" for v in found)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} scrolls sideways by {wide} pixels"


def _axe(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the whole page at once: bars that stay while one scrolls then cover nothing."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, 8000))})
    found = Axe().run(page, options=RULES).response["violations"]
    page.set_viewport_size(size)
    return found
