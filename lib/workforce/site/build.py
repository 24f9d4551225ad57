"""Write the site: render what changed, in parallel, and leave out what is no longer there."""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from nbrun import inputs
from nbrun.execute import FAILED
from nbrun.storage import digest, digest_of, replacing
from workforce import batch, data
from workforce.claims import COMPARISONS
from workforce.national import release
from workforce.site import pages
from workforce.site.report import read

STATE = ".state.json"
FIRST_QUESTION = "01_published_figures"
_FEW = 3  # reports that are sooner rendered here than in processes of their own


def build(outputs=batch.OUTPUTS, jobs=None):
    """Write the site of the executed notebooks under ``outputs`` to ``outputs/site``, and return what was done.

    Parameters
    ----------
    outputs : path, optional
    jobs : int, optional
        Processes; as many as there are cores without.

    Returns
    -------
    tuple of int
        How many reports there are, and how many of them were rendered.
    """
    outputs = Path(outputs)
    site = outputs / "site"
    notebooks = sorted(path for path in outputs.glob("[!.]*/[!.]*.ipynb") if path.parent.name not in ("site", FAILED))
    claims = pages.read_claims(_text(outputs / "tables" / "claims.csv"))
    names, state = _names({path.stem for path in notebooks}), _read_state(site)
    wanted = {_page(path): _digest(path, names, claims) for path in notebooks}
    due = [path for path in notebooks if not _is_made(site, _page(path), state, wanted)]
    before = _files_of(state)
    for path, entry, files in _rendered(due, jobs, names, claims):
        for name, content in files.items():
            _write(site / path.parent.name / name, content)
        state[_page(path)] = {**entry, "digest": wanted[_page(path)], "files": sorted(files)}
    state = {_page(path): state[_page(path)] for path in notebooks}
    shared = _shared_files(outputs, [{**entry, "name": name} for name, entry in state.items()], names, claims)
    for name, content in shared.items():
        _write(site / name, content)
    for name in before - _files_of(state):  # of reports that are gone; nothing that others put here
        (site / name).unlink(missing_ok=True)
    _write(site / STATE, json.dumps(state, indent=1).encode())
    return len(notebooks), len(due)


def _files_of(state):
    return {f"{Path(page).parent.as_posix()}/{file}" for page, entry in state.items() for file in entry["files"]}


def render(path, names, claims):
    """Return a report's entry in the index, and its files as bytes by name, the page among them."""
    report = read(path)
    counted = _counted(path, report.parameters.get("authority"), claims)
    page = pages.report_page(_page(path), report, names, counted)
    told = {name: value for name, value in asdict(report).items() if name in ("question", "found", "parameters")}
    return {**told, "counted": counted}, {**report.files, f"{path.stem}.html": page.encode()}


def _rendered(due, jobs, names, claims):
    """Yield each notebook's path with what `render` returns, several processes at work when there are many."""
    if len(due) <= _FEW:
        yield from ((path, *render(path, names, claims)) for path in due)
        return
    # Fresh processes, not forks of this one, which has threads and sockets of its own.
    workers = min(jobs or os.cpu_count() or 1, len(due), 61)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        pending = [(path, pool.submit(render, path, names, claims)) for path in due]
        yield from ((path, *future.result()) for path, future in pending)


def _page(path):
    return f"{path.parent.name}/{path.stem}.html"


def _counted(path, authority, claims):
    """Return how many statements of an authority's papers reproduce, for the page that asks whether they do."""
    mine = [claim for claim in claims if claim["authority"] == authority and claim["document"] not in COMPARISONS]
    return pages.counted(mine, "in its papers") if path.parent.name == FIRST_QUESTION else ""


def _digest(path, names, claims):
    """Return the digest of what a page depends on: its notebook, the site's code, the counts and names it shows."""
    shown = [_counted(path, authority, claims) for authority in sorted({claim["authority"] for claim in claims})]
    return digest_of(json.dumps([digest(path), _code(), shown, names]).encode())


@cache
def _code():
    """Return the digest of the site's own code and templates, and of what renders them."""
    files = [path for path in sorted(Path(__file__).parent.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return digest_of("".join([*map(digest, files), inputs.packages().get("nbconvert", "")]).encode())


def _is_made(site, page, state, wanted):
    entry = state.get(page)
    files = [(site / page).parent / name for name in entry["files"]] if entry else []
    return bool(entry) and entry["digest"] == wanted[page] and all(path.exists() for path in files)


def _shared_files(outputs, entries, names, claims):
    """Return the files of the site besides the reports': index, claims, guide, style, downloads."""
    static = Path(__file__).parent / "static"
    downloads = {
        path.name: path.read_bytes() for path in (outputs / "tables").glob("*") if path.name in pages.DOWNLOADS
    }
    digested = digest_of(json.dumps(inputs.of_files(batch.project())).encode())
    texts = {
        "index.html": pages.index_page(entries, names, claims),
        "claims.html": pages.claims_page(claims, names),
        "guide.html": pages.guide_page(downloads, pages.provenance(digested)),
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        **{path.name: path.read_bytes() for path in static.iterdir()},
        **{f"downloads/{name}": content for name, content in downloads.items()},
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
    try:
        state = json.loads((site / STATE).read_text(encoding="utf-8"))
        return state if isinstance(state, dict) else {}
    except (FileNotFoundError, ValueError):
        return {}


def _write(path, content):
    """Write a file whole, unless it is that already."""
    if not path.exists() or path.read_bytes() != content:
        with replacing(path) as temporary:
            temporary.write_bytes(content)
