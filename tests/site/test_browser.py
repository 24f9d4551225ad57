"""Open every page in a real browser, with the network blocked."""

import itertools
import re
from urllib.parse import unquote, urlparse

from visits import Visit, needs_browser, pages

pytestmark = needs_browser

A4_WIDE = 680  # CSS pixels between margins of 15 mm


def test_every_page_is_built_of_landmarks_and_headings_in_order(browser, site):
    for name in pages(site):
        with Visit(browser, site, name) as visit:
            page = visit.page
            assert page.evaluate("document.documentElement.lang") == "en-GB"
            assert [page.locator(tag).count() for tag in ("h1", "main", "body > header", "body > footer")] == [
                1,
                1,
                1,
                1,
            ], name
            assert page.locator("nav[aria-label=Breadcrumb]").count() == (name != "index.html")
            levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
            assert levels[0] == 1, name
            assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (name, levels)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == "main"


def test_every_link_and_download_leads_somewhere_in_the_folder(browser, site):
    broken, count = [], 0
    for name in pages(site):
        with Visit(browser, site, name) as visit:
            ids = set(visit.page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"))
            links = visit.page.eval_on_selector_all(
                "a[href], link[href], script[src], img[src]", "all => all.map(one => one.href || one.src)"
            )
            for link in links:
                if link.startswith("data:"):
                    continue
                count += 1
                address = urlparse(link)
                target = (site / name) if not address.path else type(site)(unquote(address.path))
                inside = target.is_file() and target.resolve().is_relative_to(site.resolve())
                anchored = not address.fragment or target != site / name or unquote(address.fragment) in ids
                other = (
                    address.fragment and target != site / name and f'id="{address.fragment}"' not in target.read_text()
                )
                if not inside or not anchored or other:
                    broken.append((name, link))
    assert broken == []
    assert count > 500


def test_every_picture_says_what_it_shows(browser, site):
    seen = 0
    for name in pages(site):
        with Visit(browser, site, name) as visit:
            pictures = visit.page.eval_on_selector_all(
                "img", "all => all.map(one => [one.alt, one.naturalWidth, one.closest('figure') !== null])"
            )
            titles = visit.page.eval_on_selector_all("figcaption", "all => all.map(one => one.textContent)")
        for alt, width, framed in pictures:
            assert len(alt) > 30 and not re.match(r"(?i)image|picture|figure|no description|<", alt), (name, alt)
            assert re.search(r"\d", alt), (name, alt)
            assert width > 100 and framed, (name, alt)
        assert len(titles) == len(pictures), name
        seen += len(pictures)
    assert seen > 80


def test_the_claims_are_chosen_among_by_keyboard_alone(browser, site):
    with Visit(browser, site, "claims.html") as visit:
        page = visit.page
        total = page.locator("tbody tr").count()
        assert page.locator("#shown").text_content() == f"{total} of {total} statements are shown."
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == "authority":
                break
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.parentElement.textContent").strip().startswith("Coventry")
        coventry = page.locator("tbody tr:visible").count()
        assert 0 < coventry < total
        assert page.locator("#shown").text_content() == f"{coventry} of {total} statements are shown."
        page.keyboard.press("Tab")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        chosen = page.locator("tbody tr:visible td:last-child").all_text_contents()
        assert set(chosen) == {"does not reproduce"}
        assert 0 < len(chosen) < coventry


def test_the_claims_are_chosen_among_without_a_script(browser, site):
    with Visit(browser, site, "claims.html", java_script_enabled=False) as visit:
        total = visit.page.locator("tbody tr").count()
        visit.page.locator("label", has_text="ambiguous").click()
        assert 0 < visit.page.locator("tbody tr:visible").count() < total


def test_the_code_is_one_click_away(browser, site):
    with Visit(browser, site, "01_published_figures/walsall.html") as visit:
        code = visit.page.locator("details.code pre").first
        assert not code.is_visible()
        visit.page.locator("details.code summary").first.click()
        assert code.is_visible()


def test_wide_tables_scroll_by_keyboard(browser, site):
    with Visit(browser, site, "01_published_figures/coventry.html", width=320) as visit:
        holder = visit.page.locator(".scroll").first
        holder.focus()
        for _ in range(5):
            visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_function("document.querySelector('.scroll').scrollLeft > 0")


def test_every_page_prints_to_a4_without_a_cut_table(browser, site):
    cut = []
    for name in pages(site):
        with Visit(browser, site, name, width=A4_WIDE) as visit:
            visit.page.emulate_media(media="print")
            cut += visit.page.evaluate(
                "name => [...document.querySelectorAll('table, img')].filter(one => one.checkVisibility() &&"
                " one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
                ".map(one => [name, one.caption?.textContent || one.alt])",
                name,
            )
            if name == "01_published_figures/coventry.html":
                assert visit.page.locator("details:not(.code) table").first.is_visible()
                assert visit.page.pdf(format="A4").startswith(b"%PDF")
    assert cut == []


def test_zoomed_to_200_percent_no_page_needs_scrolling_sideways(browser, site):
    for name in pages(site):
        with Visit(browser, site, name, width=640) as visit:  # half of 1280
            visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, name


def test_a_page_is_light(site):
    assert {name: (site / name).stat().st_size for name in pages(site) if (site / name).stat().st_size > 100_000} == {}
