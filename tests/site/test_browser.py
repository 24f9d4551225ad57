"""Use some pages in a real browser as a reader would, with the network blocked."""

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
