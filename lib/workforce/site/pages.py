"""Make whole pages: of each report, the index, the claims, and the guide to reading them. Everything is escaped."""

import csv
import io
import platform
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from workforce import data, results, words
from workforce.claims import Verdict
from workforce.claims.sentences import tally
from workforce.site import glossary
from workforce.site.report import slug

SITE = "Children's social workers: what councils publish, checked"
MENU = (
    ("index.html", "Find a council"),
    ("authorities.html", "All councils"),
    ("claims.html", "All statements"),
    ("glossary.html", "Glossary"),
    ("guide.html", "How to read this site"),
)
HOME = ("index.html", "Home")
ACROSS = "Across papers"  # of no authority
CENSUS = "https://explore-education-statistics.service.gov.uk/find-statistics/children-s-social-work-workforce"
VERDICTS = (
    (Verdict.REPRODUCES.value, "The inputs, mostly the paper's own, give the figure, read as its words demand."),
    (Verdict.OTHERWISE.value, "They give it only when it is read in another way, which is named."),
    (Verdict.DOES_NOT.value, "No reading that was tried gives it as it stands; the difference is shown."),
    (Verdict.CANNOT.value, "The paper does not print what it takes to check it. It may well be right."),
    (Verdict.AMBIGUOUS.value, "The words admit several readings, and what would decide between them is lacking."),
)
DOWNLOADS = {
    **{file: one["title"] for file, one in results.described().items()},
    "workforce.xlsx": "All tables in one workbook",
    "datapackage.json": "What each table's columns mean, for machines",
}


@cache
def _templates():
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def page(template, here, title, trail=(), **shown):
    """Return a page as HTML.

    Parameters
    ----------
    template : str
    here : str
        The page's name in the site; its folders decide how it links to others.
    title : str
    trail : sequence of (str, str)
        The pages above it, names and texts.
    shown
        What the template shows; ``short`` stands in the breadcrumb in place of the title.
    """
    root = "../" * here.count("/")
    shared = {"site": SITE, "census": CENSUS, "menu": MENU, "here": here, "root": root, "title": title, "trail": trail}
    return _templates().get_template(template).render(**shared, **{"short": title, **shown})


def report_page(here, report, site):
    """Return the page of a Report.

    Parameters
    ----------
    here : str
        The page's name in the site.
    report : report.Report
    site : Site
        The other pages there are.
    """
    label = label_of(report.parameters, site.names)
    question = report.question
    hub = site.hub(report.parameters.get("authority"))
    others = {name: value for name, value in report.parameters.items() if name != "authority"}
    root = "../" * here.count("/")
    return page(
        "report.html",
        here,
        f"{label}: {question[:1].lower()}{question[1:]}" if label else question,
        trail=[HOME, *([hub] if hub else [])],
        short=question,
        settings=", ".join(f"{name.replace('_', ' ')} {value}" for name, value in others.items()),
        next=site.beside(here, report.parameters.get("authority")),
        sections=report.sections,
        code=report.code,
        # made by nbconvert from notebooks of this project, whose own output is escaped
        answer=Markup(glossary.marked(report.answer, root)),
        body=Markup(glossary.marked(report.body, root)),
    )


@dataclass(frozen=True)
class Site:
    """The pages there are: authorities' names by slug, those with a page of their own, reports and papers.

    ``reports`` are the pages of reports by name, with their questions; ``papers`` the slugs of papers with statements, each
    with its authority's; ``near`` the statistical neighbours of each authority.
    """

    names: dict
    places: frozenset
    reports: dict
    papers: dict
    near: dict = field(default_factory=dict)

    def hub(self, slug):
        """Return the name and text of an authority's own page; None where it has none."""
        return (f"authorities/{slug}.html", self.names[slug]) if slug in self.places else None

    def of(self, slug):
        """Return the reports of an authority: pairs of page and question."""
        return [(name, asked) for name, asked in self.reports.items() if Path(name).stem == slug]

    def beside(self, here, slug):
        """Return where a reader may go from a report: groups of a heading and links."""
        kind = here.partition("/")[0]
        same = [name for name in self.reports if name.partition("/")[0] == kind and name != here]
        own = [link for link in (self.hub(slug), *self.of(slug)) if link and link[0] != here]
        papers = [(f"statements/{paper}.html", paper) for paper, owner in self.papers.items() if owner == slug]
        groups = {
            f"More on {self.names.get(slug, slug)}": own,
            "Its papers, statement by statement": papers,
            "Its statistical neighbours": [link for one in self.near.get(slug, ()) if (link := self.hub(one))],
            "The same question elsewhere": [(name, self.names.get(Path(name).stem, Path(name).stem)) for name in same],
        }
        return [(heading, links) for heading, links in groups.items() if links]


def label_of(parameters, names):
    """Return what tells a report from others of its notebook: the authority's name, and the other parameters."""
    values = [names.get(value, str(value)) for name, value in parameters.items() if name == "authority"]
    return ", ".join([*values, *(f"{name} {value}" for name, value in parameters.items() if name != "authority")])


def index_page(entries, site, claims, england):
    """Return the index: every authority to find by name, and the reports by question.

    Parameters
    ----------
    entries : list of dict
        Reports, with name, question, found and parameters.
    site : Site
    claims : list of dict
    england : list of dict
        What ``places.profiles`` gives.
    """
    shown = [{**entry, "label": label_of(entry["parameters"], site.names) or entry["name"]} for entry in entries]
    questions = {entry["question"]: [one for one in shown if one["question"] == entry["question"]] for entry in shown}
    regions = {}
    for one in england:
        regions.setdefault(one["region"], []).append(
            (f"authorities/{one['slug']}.html", one["name"], _papers(site, one))
        )
    shown = {"questions": list(questions.items()), "regions": sorted(regions.items()), "counted": counted(claims)}
    return page("index.html", "index.html", "Find a council", number=len(england), **shown)


def _papers(site, one):
    return sum(owner == one["slug"] for owner in site.papers.values())


def authority_page(one, site, entries, claims):
    """Return an authority's own page: five sentences, its place in England, its course, and what else there is of it.

    Parameters
    ----------
    one : dict
        As ``places.profile`` gives it.
    site : Site
    entries, claims : list of dict
    """
    here = f"authorities/{one['slug']}.html"
    found = {entry["name"]: entry["found"] for entry in entries}
    papers = [
        (f"statements/{paper}.html", paper, counted([row for row in claims if row["document"] == paper], "in it"))
        for paper, owner in site.papers.items()
        if owner == one["slug"]
    ]
    links = {
        "reports": [(name, asked, found.get(name, "")) for name, asked in site.of(one["slug"])],
        "papers": papers,
        "neighbours": [link for slug in one["neighbours"] if (link := site.hub(slug))],
    }
    return page("authority.html", here, one["name"], [HOME, ("authorities.html", "All councils")], one=one, **links)


def authorities_page(england):
    """Return the table of all authorities: each measure with rank, quarter, side of the neighbours, and change."""
    measures = [row["measure"] for row in england[0]["rows"]] if england else []
    shown = {"england": england, "measures": measures, "cells": _CELLS, "changes": _CHANGES, "sides": _SIDES}
    return page("authorities.html", "authorities.html", "All councils", [HOME], **shown)


_CELLS = 5  # columns of a measure
_SIDES = {
    "lower": "clearly lower",
    "higher": "clearly higher",
    "near": "no clear difference",
    "few": "too few people",
    "": "–",
}
_CHANGES = {
    "chance": "may be chance",
    "ordinary": "ordinary",
    "clear": "more than chance",
    "out": "more than ordinary",
    "few": "too few people",
    "": "–",
}


def standings(england):
    """Return the table of all authorities as rows under a header, a row an authority and measure, numbers as numbers."""
    header = [
        "slug",
        "authority",
        "region",
        "year",
        "measure",
        "unit",
        "value",
        "rank",
        "of",
        "quarter",
        "beside neighbours",
    ]
    rows = [
        [
            *(one["slug"], one["name"], one["region"], one["year"], row["measure"], row["unit"]),
            *(row["value"], row["rank"], row["of"], row["quarter"], row["side"], row["verdict"]),
        ]
        for one in england
        for row in one["rows"]
    ]
    return [[*header, "change on last year"], *rows]


def glossary_page():
    """Return the page on what the words of the field mean."""
    return page("glossary.html", "glossary.html", "Glossary", [HOME], terms=glossary.terms())


def statements_page(document, claims, site):
    """Return the page of a paper's statements, each with its readings and a place of its own to link to."""
    owner = site.papers.get(document)
    hub = site.hub(owner)
    told = [
        {**claim, "anchor": anchor_of(claim), "tried": claim["readings"].split("; ") if claim["readings"] else []}
        for claim in claims
    ]
    name = site.names.get(owner, ACROSS)
    return page(
        "statements.html",
        f"statements/{document}.html",
        f"{name}: statements of {document}",
        [HOME, *([hub] if hub else []), ("claims.html", "All statements")],
        claims=told,
        short=document,
        source=_cited(document),
        counted=counted(claims, "in it"),
        reports=[link for link in site.of(owner) if link[0].startswith("01_")],
    )


def _cited(document):
    from workforce.reports import citation

    known = set(data.load("documents")["slug"])
    return citation(document) if document in known else ""


def anchor_of(claim):
    """Return where a statement stands on its paper's page."""
    return claim["id"].partition("/")[2] or claim["id"]


def counted(claims, where="in all"):
    """Return how many statements got which verdict, in a sentence; an empty text without claims."""
    number = Counter(claim["verdict"] for claim in claims)
    return tally(number | Counter(total=len(claims)), where) if claims else ""


def claims_page(claims, site):
    """Return the page of all statements, to be searched, sorted, and chosen among by authority and verdict."""
    told = [
        {
            **claim,
            "authority_text": site.names.get(claim["authority"], ACROSS) if claim["authority"] else ACROSS,
            "anchor": anchor_of(claim),
        }
        for claim in claims
    ]
    order = [name for name, _ in VERDICTS]
    groups = [
        ("authority", _values(sorted(claim["authority_text"] for claim in told))),
        ("verdict", _values(sorted((claim["verdict"] for claim in told), key=order.index))),
    ]
    by_text = {group: {value["text"]: value["name"] for value in values} for group, values in groups}
    rows = [
        {
            **claim,
            "authority_name": by_text["authority"][claim["authority_text"]],
            "verdict_name": by_text["verdict"][claim["verdict"]],
        }
        for claim in told
    ]
    return page(
        "claims.html", "claims.html", "All statements", [HOME], claims=rows, groups=groups, counted=counted(claims)
    )


def guide_page(downloads, made):
    """Return the page on how to read the site; ``made`` are pairs that tell how it was made."""
    listed = [(name, text) for name, text in DOWNLOADS.items() if name in downloads]
    shown = {"verdicts": VERDICTS, "sources": sources(), "downloads": listed, "made": made}
    return page("guide.html", "guide.html", "How to read this site", [HOME], **shown)


def linked(source):
    """Return a source's text as HTML: papers lead to their statements, the national statistics to where they are published."""
    text = str(escape(source))
    known = data.load("documents").set_index("slug")["url"].fillna("")
    for paper, address in known.items():
        public = f', <a href="{escape(address)}">the paper</a>' if address else ""
        text = text.replace(f"({paper})", f'(<a href="../statements/{paper}.html">{paper}</a>{public})')
    return text.replace(_CENSUS_NAME, f'<a href="{CENSUS}">{_CENSUS_NAME}</a>', 1)


_CENSUS_NAME = escape("Children's social work workforce")


def sources():
    """Return a line for each paper, for the pay spine, and for each file of the national statistics, with their attribution."""
    from workforce.reports import citation

    papers = [citation(slug) for slug in data.load("documents")["slug"]]
    return [
        *papers,
        "National Joint Council for Local Government Services: national pay spine, by April",
        *(f"{file['sources'][0]['title']} ({file['licenses'][0]['title']})" for file in data.national_package()),
        "The national statistics contain public sector information licensed under the Open Government Licence v3.0.",
    ]


def provenance(digest):
    """Return pairs that tell of what commit, data and packages the site was made, as far as that is known."""
    from nbrun.inputs import packages

    found = packages()
    built = _git("log", "-1", "--format=%cs")
    chosen = ("Python", "pandas", "matplotlib", "seaborn", "statsmodels", "duckdb", "papermill", "nbconvert")
    versions = ", ".join(f"{name} {found[name]}" for name in chosen if name in found)
    return [
        ("Date", words.period(built) if built else "not known: the project is not in a git repository"),
        ("Project's commit", _commit() or "not known: the project is not in a git repository"),
        ("Digest of the data", digest),
        ("Packages", versions),
        ("System", f"{platform.system()} {platform.machine()}"),
    ]


def read_claims(text):
    """Return the rows of the table of claims, as dicts of text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _values(texts):
    used = set()
    return [{"name": slug(text, used), "text": text, "count": count} for text, count in Counter(texts).items()]


def _commit():
    """Return the commit of the project, with a note when files differ from it."""
    return _git("describe", "--always", "--dirty=, with changes", "--abbrev=12")


def _git(*asked):
    """Return what git answers of the project; an empty text where it is in no repository."""
    call = ["git", "-C", str(data.PROJECT), *asked]
    try:
        return subprocess.run(call, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
