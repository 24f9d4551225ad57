"""Open each page once in a real browser, with the network blocked, and look at it in every way that matters.

A test a page.
"""

import itertools
import re
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from visits import PAGES, Visit, needs_browser
from workforce import data
from workforce.site.pages import CENSUS

pytestmark = needs_browser

A4_WIDE = 680  # CSS pixels between margins of 15 mm
HALF = 640  # of 1280: what is left at 200 percent
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERY = {"type": "tag", "values": TAGS}
SELDOM = {
    "color-contrast": {"enabled": False}
}  # of every text: on one page of each notebook; three of each kind on the others
LAYOUT = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
LINKS = {"type": "rule", "values": ["link-in-text-block"]}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
# What a page can break by itself in each view: the style sheet asks for no width, so a narrow page has the same elements in
# the same colours, laid out otherwise; a dark page has the same layout in other colours.
VIEWS = {
    "light, wide": ("light", 1280, [EVERY]),
    "dark, wide": ("dark", 1280, [LINKS, CONTRAST]),
    "light, 320 px": ("light", 320, [LAYOUT, CONTRAST]),
    "dark, 320 px": ("dark", 320, [CONTRAST]),
}

# axe looks for what lies behind each text, which takes most of its time. It does so for every text in the first view of one page of
# each notebook; else for three texts of each kind: those whose elements, up to the page's root, are of the same names and classes
# in the same computed style. A kind that was looked at in the same view of an earlier page has the same colours there.
FIRST = {name.partition("/")[0]: name for name in reversed(PAGES)}.values()
RUN = """async ([rules, but, seen]) => {
  const told = new Map(), styles = ["color", "backgroundColor", "backgroundImage", "opacity", "display", "visibility", "filter",
    "position", "float", "clipPath", "fontSize", "fontWeight", "textShadow", "textDecorationLine", "mixBlendMode"];
  const kind = one => {
    if (!one) return "";
    if (!told.has(one)) {
      const style = getComputedStyle(one);
      told.set(one, [one.localName, one.className, ...styles.map(name => style[name]), kind(one.parentElement)].join("|"));
    }
    return told.get(one);
  };
  const texts = () => {
    const kinds = new Map();
    for (const one of document.body.querySelectorAll("*"))
      if ([...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) || one.matches("input"))
        kinds.set(kind(one), [...(kinds.get(kind(one)) ?? []), one]);
    const fresh = [...kinds].filter(([name]) => !known.has(name));
    fresh.forEach(([name]) => met.push(name));
    return fresh.flatMap(([, all]) => [...new Set([all[0], all[all.length >> 1], all.at(-1)])]);
  };
  const known = new Set(seen), met = [];
  const context = rules.values.includes("color-contrast") ? {include: texts()} : document;
  if (context.include?.length === 0) return [[], []];
  const found = await axe.run(context, {runOnly: rules, rules: but, resultTypes: ["violations"], preload: false});
  return [found.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => node.target)]), met];
}"""


@pytest.fixture(scope="module")
def seen():
    """Return by view the kinds of text that were looked at on some page."""
    return {view: set() for view in VIEWS}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_in_a_browser(browser, site, seen, name):
    with Visit(browser, site, name) as visit:
        its_landmarks_and_headings_are_in_order(visit, name)
        its_links_and_downloads_lead_somewhere_in_the_folder(visit, name)
        its_pictures_say_what_they_show(visit)
        it_prints_to_a4_without_a_cut_table(visit, name)
        visit.page.evaluate(OPEN_ALL)
        visit.look(width=HALF)
        assert visit.page.evaluate(BEYOND) <= 0, "at 200 percent it needs scrolling sideways"
        it_breaks_no_rule_of_wcag(visit, seen, every_text=name in FIRST)
        assert visit.problems == []


def its_landmarks_and_headings_are_in_order(visit, name):
    page = visit.page
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert [page.locator(tag).count() for tag in ("h1", "main", "body > header", "body > footer")] == [1, 1, 1, 1]
    assert page.locator("nav[aria-label=Breadcrumb]").count() == (name != "index.html")
    levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def its_links_and_downloads_lead_somewhere_in_the_folder(visit, name):
    ids = set(visit.page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"))
    links = visit.page.eval_on_selector_all(
        "a[href], link[href], script[src], img[src]", "all => all.map(one => one.href || one.src)"
    )
    leading = [link for link in dict.fromkeys(links) if not link.startswith("data:")]
    assert len(leading) > 5
    assert [link for link in leading if not _leads_somewhere(link, visit.site, visit.site / name, ids)] == []


OUT = {CENSUS, *data.load("documents")["url"].dropna()}  # where the national statistics and the papers are published


def _leads_somewhere(link, site, here, ids):
    if link.startswith("https:"):
        return link in OUT
    address = urlparse(link)
    target = Path(unquote(address.path)) if address.path else here
    if not target.is_file() or not target.resolve().is_relative_to(site.resolve()):
        return False
    if not address.fragment:
        return True
    if "=" in address.fragment:  # what is to be looked for there
        return '<form class="find' in target.read_text(encoding="utf-8")
    return unquote(address.fragment) in ids if target == here else f'id="{address.fragment}"' in target.read_text()


def its_pictures_say_what_they_show(visit):
    told = "one => [one.alt, one.naturalWidth, one.closest('figure') !== null]"
    shown = "all => Promise.all(all.map(one => {one.loading = 'eager'; return one.decode()}))"
    sizes = visit.page.eval_on_selector_all(
        "img", "all => all.map(one => [one.loading, one.getAttribute('height') > 0])"
    )
    assert all(size == ["lazy", True] for size in sizes)
    visit.page.eval_on_selector_all("img", shown)
    pictures = visit.page.eval_on_selector_all("img", f"all => all.map({told})")
    for alt, width, framed in pictures:
        assert len(alt) > 30 and not re.match(r"(?i)image|picture|figure|no description|<", alt), alt
        assert re.search(r"\d", alt), alt
        assert width > 100 and framed, alt
    assert visit.page.locator("figcaption").count() == len(pictures)


def it_prints_to_a4_without_a_cut_table(visit, name):
    visit.look(width=A4_WIDE, media="print")
    cut = visit.page.evaluate(
        "[...document.querySelectorAll('table, img')].filter(one => one.checkVisibility() &&"
        " one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
        ".map(one => one.caption?.textContent || one.alt)"
    )
    assert cut == []
    if name == "01_published_figures/coventry.html":
        assert visit.page.locator("details:not(.code) table").first.is_visible()
        assert visit.page.pdf(format="A4").startswith(b"%PDF")


def it_breaks_no_rule_of_wcag(visit, seen, every_text):
    from axe_playwright_python.base import AXE_SCRIPT

    found = {}
    visit.page.evaluate(AXE_SCRIPT)
    for view, (scheme, width, runs) in VIEWS.items():
        visit.look(scheme, width)
        told = []
        for rules in [*runs, *([CONTRAST] if EVERY in runs and not every_text else [])]:
            but = SELDOM if rules == EVERY and not every_text else {}
            broken, met = visit.page.evaluate(RUN, [rules, but, sorted(seen[view])])
            told += broken
            seen[view].update(met if not broken else ())
        if visit.page.evaluate(BEYOND) > 0:
            told.append("scrolls sideways")
        if told:
            found[view] = told
    assert found == {}
