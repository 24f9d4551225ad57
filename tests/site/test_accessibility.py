"""Have axe look at every page in a real browser for what breaks WCAG."""

import pytest

from visits import Visit, needs_browser, pages

pytestmark = needs_browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERY = {"type": "tag", "values": TAGS}
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}  # what a dark page can break by itself
VIEWS = {
    "light, wide": ("light", 1280, EVERY),
    "dark, wide": ("dark", 1280, OF_COLOUR),
    "light, 320 px": ("light", 320, EVERY),
    "dark, 320 px": ("dark", 320, OF_COLOUR),
}


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_breaks_a_rule_of_wcag_nor_reports_an_error(browser, site, view):
    from axe_playwright_python.sync_playwright import Axe

    scheme, width, rules = VIEWS[view]
    axe, found = Axe(), {}
    for name in pages(site):
        with Visit(browser, site, name, scheme, width) as visit:
            visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            result = axe.run(visit.page, options={"runOnly": rules, "resultTypes": ["violations"], "preload": False})
            violations = [
                (one["id"], [node["target"] for node in one["nodes"]][:3]) for one in result.response["violations"]
            ]
            wide = visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            told = [*violations, *visit.problems, *(["scrolls sideways"] if wide else [])]
        if told:
            found[name] = told
    assert found == {}
    assert len(pages(site)) >= 20
