"""Write the site: render what changed, in parallel, and leave out what is no longer there."""

import json
import os
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from nbrun import inputs
from nbrun.execute import FAILED
from nbrun.notebooks import named
from nbrun.storage import digest, digest_of, replacing
from workforce import batch, data
from workforce.claims import COMPARISONS
from workforce.national import release
from workforce.site import pages, places
from workforce.site.report import as_csv, read
from workforce.site.workers import workers

STATE, PLACES = ".state.json", ".places.json"
_OURS = ("authorities", "statements")  # folders whose pages are all of this making
_FEW = 3  # reports that are sooner rendered here than in processes of their own


class ReportError(ValueError):
    """An executed notebook that cannot be shown."""


def build(outputs=batch.OUTPUTS, jobs=None, england=True):
    """Write the site of the executed notebooks under ``outputs`` to ``outputs/site``, and return what was done.

    Parameters
    ----------
    outputs : path, optional
    jobs : int, optional
        Processes; as many as there are cores without.
    england : bool, optional
        Whether to make a page for each authority of England.

    Returns
    -------
    tuple of int
        How many reports there are, and how many of them were rendered.
    """
    outputs = Path(outputs)
    site = outputs / "site"
    notebooks = _notebooks(outputs)
    claims = pages.read_claims(_text(outputs / "tables" / "claims.csv"))
    every = _places(site, jobs or os.cpu_count() or 1) if england else []
    whole = _site(notebooks, claims, every)
    state = _read_state(site)
    wanted = {_page(path): _digest(path, whole) for path in notebooks}
    due = [path for path in notebooks if not _is_made(site, _page(path), state, wanted)]
    before = _files_of(state)
    for path, entry, files in _rendered(due, jobs, whole):
        for name, content in files.items():
            _write(site / path.parent.name / name, content)
        state[_page(path)] = {**entry, "digest": wanted[_page(path)], "files": sorted(files)}
    state = {_page(path): state[_page(path)] for path in notebooks}
    entries = [{**entry, "name": name} for name, entry in state.items()]
    shared = _shared_files(outputs, entries, whole, claims, every)
    for name, content in shared.items():
        _write(site / name, content)
    there = {f"{folder}/{path.name}" for folder in _OURS for path in (site / folder).glob("*.html")}
    gone = (before - _files_of(state)) | (there - shared.keys())  # nothing that others put here
    for name in gone:
        (site / name).unlink(missing_ok=True)
    _write(site / STATE, json.dumps(state, indent=1).encode())
    return len(notebooks), len(due)


def _places(site, jobs):
    """Return what stands on the page of each authority: that of the last build where it is of the same statistics and code."""
    try:
        of = places.digest_of_england()
        kept = _read(site / PLACES)
        if kept.get("of") != of:
            kept = {"of": of, "places": places.profiles(of, jobs)}
            _write(site / PLACES, json.dumps(kept).encode())
    except ValueError:  # a release that cannot be read is no reason to have no site
        return []
    return kept["places"]


def _site(notebooks, claims, england):
    """Return which pages there are."""
    reports, asked = {}, {}
    for path in notebooks:
        if path.parent.name not in asked:
            asked[path.parent.name] = batch.question(path)
        reports[_page(path)] = asked[path.parent.name]
    names = _names({path.stem for path in notebooks}) | {one["slug"]: one["name"] for one in england}
    papers = {claim["document"]: claim["authority"] for claim in claims if claim["document"] not in COMPARISONS}
    near = {one["slug"]: one["neighbours"] for one in england}
    return pages.Site(names, frozenset(near), reports, papers, near)


def _files_of(state):
    return {f"{Path(page).parent.as_posix()}/{file}" for page, entry in state.items() for file in entry["files"]}


def render(path, site):
    """Return a report's entry in the index, and its files as bytes by name, the page among them.

    Raises ReportError, with the notebook's name, for one that cannot be shown.
    """
    try:
        report = read(path, pages.linked)
        page = pages.report_page(_page(path), report, site)
    except Exception as error:  # of whichever library, by what is wrong in the file
        name, told = named(path), " ".join(f"{type(error).__name__}: {error}".split())
        raise ReportError(
            f"{name} cannot be shown ({told:.200}); `workforce run` makes it anew if it was altered"
        ) from None
    told = {"question": report.question, "found": report.found, "parameters": report.parameters}
    return {**told, "notebook": digest(path)}, {**report.files, f"{path.stem}.html": page.encode()}


def behind(outputs=batch.OUTPUTS):
    """Return how many executed notebooks under ``outputs`` are not those that the site was made of; none without a site."""
    outputs = Path(outputs)
    if not (outputs / "site" / STATE).exists():
        return 0
    state = _read_state(outputs / "site")
    return sum(state.get(_page(path), {}).get("notebook") != digest(path) for path in _notebooks(outputs))


def _notebooks(outputs):
    return sorted(path for path in outputs.glob("[!.]*/[!.]*.ipynb") if path.parent.name not in ("site", FAILED))


def _rendered(due, jobs, site):
    """Yield each notebook's path with what `render` returns, several processes at work when there are many."""
    if len(due) <= _FEW:
        yield from ((path, *render(path, site)) for path in due)
        return
    with workers(min(jobs or os.cpu_count() or 1, len(due), 61)) as pool:
        pending = [(path, pool.submit(render, path, site)) for path in due]
        yield from ((path, *future.result()) for path, future in pending)


def _page(path):
    return f"{path.parent.name}/{path.stem}.html"


def _digest(path, site):
    """Return the digest of what a page depends on: its notebook, the site's code, and the pages that it leads to."""
    slug = max((name for name in site.names if f"{path.stem}-".startswith(f"{name}-")), key=len, default=None)
    shown = [site.names.get(slug), site.hub(slug), site.beside(_page(path), slug)]
    return digest_of(json.dumps([digest(path), _code(), shown]).encode())


@cache
def _code():
    """Return the digest of the site's own code and templates, and of what renders them."""
    files = [path for path in sorted(Path(__file__).parent.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return digest_of("".join([*map(digest, files), inputs.packages().get("nbconvert", "")]).encode())


def _is_made(site, page, state, wanted):
    entry = state.get(page)
    files = [(site / page).parent / name for name in entry["files"]] if entry else []
    return bool(entry) and entry["digest"] == wanted[page] and all(path.exists() for path in files)


def _shared_files(outputs, entries, site, claims, england):
    """Return the files of the site besides the reports': index, authorities, claims, guide, glossary, style, downloads."""
    static = Path(__file__).parent / "static"
    downloads = {
        path.name: path.read_bytes() for path in (outputs / "tables").glob("*") if path.name in pages.DOWNLOADS
    }
    digested = digest_of(json.dumps(inputs.of_files(batch.project())).encode())
    texts = {
        "index.html": pages.index_page(entries, site, claims, england),
        "claims.html": pages.claims_page(claims, site),
        "glossary.html": pages.glossary_page(),
        "guide.html": pages.guide_page(downloads, pages.provenance(digested)),
        "authorities.html": pages.authorities_page(england),
        **{f"authorities/{one['slug']}.html": pages.authority_page(one, site, entries, claims) for one in england},
        **{
            f"statements/{document}.html": pages.statements_page(document, list(group), site)
            for document, group in groupby(claims, itemgetter("document"))
        },
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        **{path.name: path.read_bytes() for path in static.iterdir()},
        **{f"downloads/{name}": content for name, content in downloads.items()},
        "downloads/standings.csv": as_csv(pages.standings(england)),
    }


def _names(cases):
    """Return the authorities' names by slug: those of the papers, and of the national statistics where a case is of another."""
    table = data.load("authorities")
    names = dict(zip(table["slug"], table["name"], strict=True))
    if all(case in names or case.rpartition("-")[0].startswith(tuple(names)) for case in cases):
        return names
    try:
        return {**release.authority_names(), **names}
    except ValueError:  # a release that cannot be read is no reason to have no site: short names stand in
        return names


def _text(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _read_state(site):
    """Return the state of a site, the entries of it that can be read."""
    state = _read(site / STATE)
    return {
        page: entry
        for page, entry in state.items()
        if isinstance(entry, dict) and "digest" in entry and isinstance(entry.get("files"), list)
    }


def _read(path):
    """Return what a file of state holds, nothing where it cannot be read."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        return state if isinstance(state, dict) else {}
    except (FileNotFoundError, ValueError):
        return {}


def _write(path, content):
    """Write a file whole, unless it is that already."""
    if not path.exists() or path.read_bytes() != content:
        with replacing(path) as temporary:
            temporary.write_bytes(content)
