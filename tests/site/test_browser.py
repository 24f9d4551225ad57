"""Use some pages in a real browser as a reader would, with the network blocked."""

import pytest

from visits import Visit, needs_browser

pytestmark = needs_browser


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
        *("05_national_context/trafford.html", "06_how_sure/default.html"),
    ],
)
def test_on_paper_no_number_or_word_of_a_table_is_broken_and_no_table_is_cut(browser, site, name):
    with Visit(browser, site, name, width=A4) as visit:
        visit.page.emulate_media(media="print")
        visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert visit.page.evaluate(BROKEN) == [[], []]
