"""Have axe look at every page in a real browser for what breaks WCAG."""

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


def test_no_page_breaks_a_rule_of_wcag_nor_reports_an_error(browser, site):
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), {}
    for name in pages(site):
        with Visit(browser, site, name) as visit:
            visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            for view, (scheme, width, rules) in VIEWS.items():
                visit.page.emulate_media(color_scheme=scheme)
                visit.page.set_viewport_size({"width": width, "height": 900})
                options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
                violations = axe.run(visit.page, options=options).response["violations"]
                told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in violations]
                if visit.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    told.append("scrolls sideways")
                if told:
                    found[name, view] = told
            if visit.problems:
                found[name] = visit.problems
    assert found == {}
    assert len(pages(site)) >= 20
