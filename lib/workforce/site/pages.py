"""Make whole pages: of each report, the index, the claims, and the guide to reading them. Everything is escaped."""

import csv
import io
import platform
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from workforce import data, results
from workforce.claims import Verdict
from workforce.claims.sentences import tally
from workforce.site.report import slug

SITE = "Children's social workers: what councils publish, checked"
MENU = (("index.html", "Reports"), ("claims.html", "All statements"), ("guide.html", "How to read this site"))
ACROSS = "Across papers"  # of no authority
VERDICTS = (
    (Verdict.REPRODUCES.value, "The inputs, mostly the paper's own, give the figure, read as its words demand."),
    (Verdict.OTHERWISE.value, "They give it only when it is read in another way, which is named."),
    (Verdict.DOES_NOT.value, "No reading that was tried gives it as it stands; the difference is shown."),
    (Verdict.CANNOT.value, "The paper lacks the inputs. That is no mistake."),
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


def page(template, here, title, trail=(), **words):
    """Return a page as HTML.

    Parameters
    ----------
    template : str
    here : str
        The page's name in the site; its folders decide how it links to others.
    title : str
    trail : sequence of (str, str)
        The pages above it, names and texts.
    words
        What the template shows.
    """
    root = "../" * here.count("/")
    shared = {"site": SITE, "menu": MENU, "here": here, "root": root, "title": title, "trail": trail}
    return _templates().get_template(template).render(**shared, **words)


def report_page(here, report, names, counted=""):
    """Return the page of a Report; ``names`` are the authorities' names by slug."""
    label = label_of(report.parameters, names)
    settings = ", ".join(
        f"{name.replace('_', ' ')} {names.get(value, value)}" for name, value in report.parameters.items()
    )
    return page(
        "report.html",
        here,
        f"{report.question} {label}".strip(),
        trail=[("index.html", "Reports")],
        settings=settings,
        counted=counted,
        answer=Markup(report.answer),
        sections=report.sections,
        code=report.code,
        body=Markup(report.body),  # made by nbconvert from notebooks of this project, whose own output is escaped
    )


def label_of(parameters, names):
    """Return what tells a report from others of its notebook: the authority's name, and the other parameters."""
    values = [names.get(value, str(value)) for name, value in parameters.items() if name == "authority"]
    return ", ".join([*values, *(f"{name} {value}" for name, value in parameters.items() if name != "authority")])


def index_page(entries, names, claims):
    """Return the index; ``entries`` are dicts with name, question, found, counted and parameters."""
    shown = [{**entry, "label": label_of(entry["parameters"], names) or entry["name"]} for entry in entries]
    questions = {entry["question"]: [one for one in shown if one["question"] == entry["question"]] for entry in shown}
    places = {entry["parameters"].get("authority", "") for entry in shown}
    authorities = [
        (names.get(place, place or "All"), [one for one in shown if one["parameters"].get("authority", "") == place])
        for place in sorted(places)
    ]
    return page(
        "index.html",
        "index.html",
        "Reports",
        questions=list(questions.items()),
        authorities=authorities,
        counted=counted(claims),
    )


def counted(claims, where="in all"):
    """Return how many statements got which verdict, in a sentence; an empty text without claims."""
    number = Counter(claim["verdict"] for claim in claims)
    return tally(number | Counter(total=len(claims)), where) if claims else ""


def claims_page(claims, names):
    """Return the page of all claims, to be chosen among by authority and verdict with or without a script."""
    told = [
        {**claim, "authority_text": names.get(claim["authority"], ACROSS) if claim["authority"] else ACROSS}
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
    trail = [("index.html", "Reports")]
    return page(
        "claims.html", "claims.html", "All statements", trail, claims=rows, groups=groups, counted=counted(claims)
    )


def guide_page(downloads, made):
    """Return the page on how to read the site; ``made`` are pairs that tell how it was made."""
    listed = [(name, text) for name, text in DOWNLOADS.items() if name in downloads]
    trail = [("index.html", "Reports")]
    shown = {"verdicts": VERDICTS, "sources": sources(), "downloads": listed, "made": made}
    return page("guide.html", "guide.html", "How to read this site", trail, **shown)


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
    chosen = ("Python", "pandas", "matplotlib", "seaborn", "statsmodels", "duckdb", "papermill", "nbconvert")
    versions = ", ".join(f"{name} {found[name]}" for name in chosen if name in found)
    return [
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
    call = ["git", "-C", str(data.PROJECT), "describe", "--always", "--dirty=, with changes", "--abbrev=12"]
    try:
        return subprocess.run(call, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
