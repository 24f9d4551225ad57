"""The words of the field: what each means, and its first use on a page marked with that."""

import re
from functools import cache
from pathlib import Path

from workforce import words

_WITHIN = ("p", "li", "dd", "td", "th")  # running text
_NOT_IN = (
    "a",
    "abbr",
    "button",
    "caption",
    "code",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "label",
    "pre",
    "summary",
    "svg",
)


@cache
def terms():
    """Return the terms in order: dicts with ``id``, ``term``, ``find`` (a pattern), ``short`` and ``means``."""
    import yaml

    listed = yaml.safe_load(Path(__file__).with_name("glossary.yml").read_text(encoding="utf-8"))
    return tuple({"id": words.slug(one["term"]), **one} for one in listed)


def marked(html, root):
    """Return HTML with the first use of each term in running text explained, and linked to the glossary.

    Parameters
    ----------
    html : str
    root : str
        The way from the page to the site's folder.

    Examples
    --------
    >>> marked("<p>Two FTE and one FTE</p>", "")[:60]
    '<p>Two <a class="term" href="glossary.html#fte"><abbr title='
    """
    from bs4 import BeautifulSoup

    page, open_terms = BeautifulSoup(html, "html.parser"), list(terms())
    for text in page.find_all(string=True):
        if not open_terms:
            break
        if text.strip() and text.find_parent(_WITHIN) and not text.find_parent(_NOT_IN):
            open_terms = _mark(page, text, open_terms, root)
    return str(page)


def _mark(page, text, open_terms, root):
    """Mark the first term that is still to be found in a text, and those after it; return what is then to be found."""
    for term in open_terms:
        found = re.search(
            rf"(?<![\w-])(?:{term['find']})(?![\w-])", text, re.IGNORECASE if term["find"].islower() else 0
        )
        if found:
            link = page.new_tag("a", attrs={"class": "term", "href": f"{root}glossary.html#{term['id']}"})
            short = page.new_tag("abbr", attrs={"title": term["short"]})
            short.string = found[0]
            link.append(short)
            before, after = text[: found.start()], page.new_string(text[found.end() :])
            text.replace_with(before, link, after)
            return _mark(page, after, [one for one in open_terms if one is not term], root)
    return open_terms
