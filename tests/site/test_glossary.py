import pytest

from workforce.site import glossary


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>One FTE, two FTE</p>", 1),
        ("<p>One FTE</p><p>An ASYE and an SCP</p>", 3),
        ("<h2>FTE</h2><table><caption>FTE</caption></table>", 0),
        ("<p><a href='#x'>FTE</a> <code>FTE</code> <button>FTE</button></p>", 0),
        ("<p>fte, FTEs, non-FTE, AFTER</p>", 0),
        ("<table><tr><th>vacancy rate</th><td>Vacancy rates</td></tr></table>", 1),
        ("<p>agency workers of an agency</p>", 1),
        ("<p>odds ratio, odds</p>", 1),
        ("<div>FTE</div>", 0),
        ("", 0),
    ],
)
def test_the_first_use_of_a_term_in_running_text_is_marked(html, marked):
    assert glossary.marked(html, "../").count('<a class="term" href="../glossary.html#') == marked


def test_text_stays_as_it_was_and_is_escaped():
    assert glossary.marked("<p>a &lt;b&gt; FTE &amp; c</p>", "") == (
        '<p>a &lt;b&gt; <a class="term" href="glossary.html#fte"><abbr title="full-time equivalent">FTE</abbr></a> &amp; c</p>'
    )


def test_terms_are_whole():
    terms = glossary.terms()
    assert {"asye", "fte", "spine", "agency-worker", "vacancy-rate", "odds", "interval"} <= {one["id"] for one in terms}
    assert len({one["id"] for one in terms}) == len(terms)
    for one in terms:
        assert one["means"].strip().endswith(".")
        assert '"' not in one["short"]
