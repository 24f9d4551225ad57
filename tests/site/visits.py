"""What the tests in a browser share: pages opened with the network blocked."""

import os
import shutil

import pytest

from workforce import batch, data

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDED = os.environ.get("WORKFORCE_NEEDS_BROWSER")
REASON = "no Chromium is installed: the site was not tested in a browser"
needs_browser = pytest.mark.skipif(not (BROWSER or NEEDED), reason=REASON)

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

REPORTS = [f"{case}.html" for case in batch.planned()]
PAPERS = [f"statements/{path.stem}.html" for path in (data.DATA / "claims").glob("*.yml")]
# Of all authorities' pages, those that differ most: a paper or none, one of few people, a joint return, a long name.
PLACES = [
    f"authorities/{slug}.html"
    for slug in (
        "coventry",
        "isles-of-scilly",
        "north-northamptonshire-west-northamptonshire",
        "bournemouth-christchurch-and-poole",
    )
]
PAGES = ["authorities.html", "claims.html", "glossary.html", "guide.html", "index.html", *PAPERS, *PLACES, *REPORTS]


class Visit:
    """A page in a browser that can reach the site's folder and nothing else, and what went wrong in it."""

    def __init__(self, browser, site, name, scheme="light", width=1280, **options):
        self.site, self.problems = site, []
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, **options)
        self.context.route("**/*", self._only_the_folder)
        self.page = self.context.new_page()
        self.page.on(
            "console", lambda message: message.type in ("error", "warning") and self.problems.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))
        self.page.goto((site / name).as_uri())

    def _only_the_folder(self, route):
        if route.request.url.startswith((self.site.as_uri(), "data:,")):
            route.continue_()
        else:
            self.problems.append(f"left the folder: {route.request.url}")
            route.abort()

    def look(self, scheme="light", width=1280, media="screen"):
        """Look at the page in another way: by day or night, wide or narrow, on a screen or on paper."""
        self.page.emulate_media(color_scheme=scheme, media=media)
        self.page.set_viewport_size({"width": width, "height": 900})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def pages(site):
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
