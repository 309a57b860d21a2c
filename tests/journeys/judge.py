"""What axe says of a page, whether it scrolls sideways, and its picture where somebody wants it."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The narrow and dark one in the quick run, the others under --long.
QUICK, *REST = [(390, 844, "dark"), (1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light")]
LOOKS = [QUICK, *(pytest.param(look, marks=pytest.mark.long) for look in REST)]
TWO = LOOKS[:2]


def named(look: tuple[int, int, str]) -> str:
    return f"{look[0]}-{look[2]}"


def judge(page: Page, name: str) -> None:
    """What axe says, and the picture where somebody wants it."""
    page.wait_for_timeout(250)  # what was typed is asked after a moment
    expect(page.locator(".htmx-request")).to_have_count(0)  # no script of ours may be evaluated from text
    page.wait_for_load_state("networkidle")
    shots = os.environ.get("SHOTS")
    if shots:
        Path(shots).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{shots}/{name}-{page.look}.png")  # type: ignore[attr-defined]
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
