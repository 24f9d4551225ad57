"""Use some pages in a real browser as a reader would, with the network blocked."""

from collections import Counter
from io import BytesIO

import pytest
from PIL import Image, ImageStat
from pypdf import PdfReader

from visits import PAGES, Visit, needs_browser

pytestmark = needs_browser


def tab_to(page, asked, most=60):
    """Press Tab until an element of the page has the focus that a line of script finds."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"(one => {asked})(document.activeElement)"):
            return
    pytest.fail(f"no Tab leads to {asked}")


def test_the_claims_are_chosen_among_by_keyboard_alone(browser, site):
    with Visit(browser, site, "claims.html") as visit:
        page = visit.page
        total = page.locator("tbody tr").count()
        assert page.locator("#shown").text_content() == f"{total} of {total} are shown."
        tab_to(page, "one.name === 'authority'")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.parentElement.textContent").strip().startswith("Coventry")
        coventry = page.locator("tbody tr:visible").count()
        assert 0 < coventry < total
        assert page.locator("#shown").text_content() == f"{coventry} of {total} are shown."
        page.keyboard.press("Tab")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        chosen = page.locator("tbody tr:visible td:last-child").all_text_contents()
        assert set(chosen) == {"does not reproduce"}
        assert 0 < len(chosen) < coventry


def test_a_choice_of_claims_is_kept_in_the_address(browser, site):
    with Visit(browser, site, "claims.html") as visit:
        page = visit.page
        page.locator("label", has_text="Tameside").click()
        page.locator("input[type=search]").fill("wigan hour")
        shown = page.locator("tbody tr:visible").count()
        assert 0 < shown < 10
        assert "authority=tameside" in page.url and "find=wigan+hour" in page.url
        page.reload()
        assert page.locator("tbody tr:visible").count() == shown
        assert page.locator("input[type=search]").input_value() == "wigan hour"
        place = page.locator("tbody tr:visible th a").first
        place.click()
        assert page.url.endswith("#" + page.locator(":target").get_attribute("id"))
        assert "tameside-2023.html" in page.url
        assert page.locator(":target").is_visible()


def test_a_table_is_sorted_by_keyboard(browser, site):
    with Visit(browser, site, "authorities.html") as visit:
        page = visit.page
        tab_to(page, "one.name === 'measure'")
        page.keyboard.press("ArrowRight")
        assert page.locator("thead th:visible").nth(2).text_content() == "vacancy rate"
        page.keyboard.press("ArrowLeft")
        tab_to(page, "one.localName === 'button' && one.textContent === 'Rank'")
        for direction in ("ascending", "descending"):
            page.keyboard.press("Enter")
            page.wait_for_selector(f"th[aria-sort={direction}]")
            page.wait_for_timeout(50)
            ranks = page.locator("tbody tr td:nth-child(4)").all_text_contents()
            numbers = [int(rank) for rank in ranks if rank.strip().isdigit()]
            assert len(numbers) > 140
            assert numbers == sorted(numbers, reverse=direction == "descending")


def test_a_council_is_found_by_typing(browser, site):
    with Visit(browser, site, "index.html") as visit:
        page = visit.page
        total = page.locator("ul[data-find] li").count()
        tab_to(page, "one.type === 'search'")
        page.keyboard.type("wals")
        assert page.locator("ul[data-find] li:visible").all_text_contents() == ["Walsall papers checked"]
        assert page.locator("#shown").text_content() == f"1 of {total} are shown."
        assert page.locator(".regions h2:visible").all_text_contents() == ["West Midlands"]
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/authorities/walsall.html")


@pytest.mark.parametrize("name", ["index.html", "authorities.html", "claims.html"])
def test_lists_and_tables_are_whole_without_a_script(browser, site, name):
    with Visit(browser, site, name, java_script_enabled=False) as visit:
        assert (
            visit.page.locator("[data-find] > *:visible").count() == visit.page.locator("[data-find] > *").count() > 140
        )
        assert not visit.page.locator("input[type=search]").is_visible()
        if name != "index.html":
            visit.page.locator("label", has_text="ambiguous" if name == "claims.html" else "caseload").click()
            headers = visit.page.locator("thead th:visible").all_text_contents()
            assert ("caseload" in headers) or visit.page.locator("tbody tr:visible").count() < 100


def test_the_code_is_one_click_away(browser, site):
    with Visit(browser, site, "01_published_figures/walsall.html") as visit:
        code = visit.page.locator("details.code pre")
        assert not code.is_visible()
        visit.page.locator("details.code summary").click()
        assert code.is_visible()
        assert "authority: str = 'walsall'" in code.text_content()


def test_wide_tables_scroll_by_keyboard(browser, site):
    with Visit(browser, site, "01_published_figures/coventry.html", width=320) as visit:
        holder = visit.page.locator(".scroll:visible").first
        holder.focus()
        for _ in range(5):
            visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_function("document.activeElement.scrollLeft > 0")


A4 = 702  # the width that a page's margins leave, in pixels of 1/96 inch
BROKEN = r"""() => {
  const broken = [], wide = [];
  for (const cell of document.querySelectorAll('td, th')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[^\s\-–\/]+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const lines = [...range.getClientRects()].filter(one => one.width > 0).map(one => Math.round(one.top));
        if (new Set(lines).size > 1) broken.push(word[0]);
      }
    }
  }
  for (const table of document.querySelectorAll('table')) {
    if (table.getBoundingClientRect().right > document.documentElement.clientWidth + 1) wide.push(table.caption.textContent);
  }
  return [broken, wide];
}"""


@pytest.mark.parametrize(
    "name",
    [
        *("claims.html", "01_published_figures/coventry.html", "02_pay_benchmark/tameside.html"),
        *("03_workforce_trends/coventry.html", "04_retention_payment/coventry.html"),
        *("05_national_context/trafford.html", "06_how_sure/default.html", "authorities/coventry.html"),
        *("authorities.html", "statements/tameside-2023.html"),
    ],
)
def test_on_paper_no_number_or_word_of_a_table_is_broken_and_no_table_is_cut(browser, site, name):
    with Visit(browser, site, name, width=A4) as visit:
        visit.page.emulate_media(media="print")
        visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert visit.page.evaluate(BROKEN) == [[], []]


@pytest.mark.parametrize(
    "name",
    [
        *("01_published_figures/coventry.html", "02_pay_benchmark/tameside.html", "05_national_context/trafford.html"),
        *("06_how_sure/default.html", "authorities/coventry.html"),
    ],
)
def test_the_text_of_a_printed_page_has_every_number_whole(browser, site, name):
    with Visit(browser, site, name) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wanted = Counter(visit.page.locator("td.number").all_text_contents())
        printed = PdfReader(BytesIO(visit.page.pdf(format="A4", prefer_css_page_size=True)))
        text = Counter(" ".join(page.extract_text() for page in printed.pages).split())
        assert len(wanted) > 10
        words = Counter(word for number, times in wanted.items() for word in number.split() * times)
        assert {word: times for word, times in words.items() if text[word] < times} == {}


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("authorities/")])
def test_a_profile_is_one_page_of_paper(browser, site, name):
    with Visit(browser, site, name) as visit:
        printed = PdfReader(BytesIO(visit.page.pdf(format="A4", prefer_css_page_size=True)))
        assert len(printed.pages) == 1


REPORTS = {name.partition("/")[0]: name for name in PAGES if name[:2].isdigit()}.values()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 1266)])
@pytest.mark.parametrize("name", [*REPORTS, "authorities/coventry.html"])
def test_the_first_screen_has_the_answer_its_tiles_and_the_chart(browser, site, name, width, height):
    """On a wide screen of 800 pixels; on a phone within a screen and a half the chart has begun."""
    with Visit(browser, site, name, width=width) as visit:
        bottom = "one => one.getBoundingClientRect().bottom"
        assert visit.page.locator(".answer").first.evaluate(bottom) < height / 2
        assert visit.page.locator(".tiles").first.evaluate(bottom) < height
        drawing = visit.page.locator("main figure img, main svg.band").first
        top = drawing.evaluate("one => one.getBoundingClientRect().top")
        assert top < height - 200
        if width == 1280 and name[:2].isdigit():
            assert drawing.evaluate(bottom) < height


@pytest.mark.parametrize(("scheme", "low", "high"), [("light", 200, 256), ("dark", 0, 90)])
def test_a_chart_lies_on_the_ground_of_its_page(browser, site, scheme, low, high):
    with Visit(browser, site, "05_national_context/coventry.html", scheme=scheme) as visit:
        picture = Image.open(BytesIO(visit.page.locator("figure img").first.screenshot())).convert("L")
        assert low <= ImageStat.Stat(picture).median[0] < high
        darkest, lightest = picture.getextrema()
        assert lightest - darkest > 150  # its marks and text stand out from that
