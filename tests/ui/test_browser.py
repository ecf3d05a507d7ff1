"""E2: every page and every error state in a real browser, wide and at 320 px, with and without JavaScript."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What depends on how a page is laid out; all else is the same at any width, and asked at the narrow one. The frame
# around every page is the same, so the wide one is asked about everything once.
LAID_OUT = ["scrollable-region-focusable", "target-size"]
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


@pytest.fixture(scope="module")
def site() -> Iterator[Any]:
    from tests.ui.live import LiveSite

    with tempfile.TemporaryDirectory() as folder, LiveSite(Path(folder)) as live:
        yield live


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
    if not Path(path).exists():
        pytest.fail(f"no browser at {path}: install chromium-headless-shell or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


def visit(context: Any, site: Any, shot: Any, complaints: list[Any] | None = None) -> Any:
    context.clear_cookies()
    if shot.person:
        context.add_cookies(
            [{"name": "sharecase_session", "value": site.tokens[shot.person], "url": site.url}]
        )
    page = context.new_page()
    if complaints is not None:
        expected = "Failed to load resource: the server responded with a status of 4"  # an error state is one
        page.on(
            "console",
            lambda said: said.text.startswith(expected) or complaints.append((shot.name, said.text)),
        )
    page.goto(site.url + shot.path)
    if shot.press:
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**")  # until the answer has loaded, scripts included
    return page


def asks_something(site: Any, shot: Any) -> bool:
    """Whether the page has a form, as it is sent."""
    cookies = {"sharecase_session": site.tokens[shot.person]} if shot.person else {}
    sent = httpx2.get(site.url + shot.path, cookies=cookies).text
    return "<form" in sent.partition("<main")[2].partition("</main>")[0]


def test_no_page_breaks_an_accessibility_rule(site: Any, chromium: Any) -> None:
    """0 violations, nothing to scroll sideways at 320 px, and no complaint of the browser (as about the CSP)."""
    context = chromium.new_context()
    axe, wrong = AXE.read_text(encoding="utf-8"), []
    for shot in site.shots:
        page = visit(context, site, shot, complaints=wrong)
        page.evaluate(axe)
        wide = RULES if shot is site.shots[0] else LAID_OUT
        for width, rules in ((1280, wide), (320, RULES)):
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
            wrong += [
                (shot.name, width, each["id"], each["nodes"][0]["html"]) for each in found["violations"]
            ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append((shot.name, "scrolls sideways"))
        page.close()
    context.close()
    assert not wrong, wrong


def test_every_page_works_without_javascript(site: Any, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    for shot in site.shots:
        if not shot.press and not asks_something(site, shot):
            continue  # there is nothing to be hidden: that it is read without scripts, every other test of pages says
        page = visit(context, site, shot)
        assert page.locator("h1").count() == 1, shot.name
        assert page.locator("main form button[type=submit]:not(:visible)").count() == 0, shot.name
        for box in page.locator("main form .govuk-radios__conditional").all():
            page.locator(f"input[data-opens='{box.get_attribute('id')}']").check()
            assert box.is_visible(), shot.name
        page.close()
    context.close()


def test_an_error_takes_the_keyboard_to_its_field(site: Any, chromium: Any) -> None:
    """The summary is focused, its links go to the boxes, and Tab reaches the button."""
    context = chromium.new_context()
    for shot in [each for each in site.shots if each.press]:
        page = visit(context, site, shot)
        assert page.title().startswith("Error: "), shot.name
        assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary"), shot.name
        for link in page.locator(".govuk-error-summary__list a").all():
            target = link.get_attribute("href").partition("#")[2]
            if link.get_attribute("href").startswith("#"):
                assert page.locator(f"[id='{target}']").count() == 1, (shot.name, target)
        page.close()
    context.close()
