"""Write the site: render what changed, in parallel, and leave out what is no longer there."""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from workforce import data
from workforce.batch import inputs
from workforce.batch.places import OUTPUTS, digest, digest_of, replacing
from workforce.site import pages
from workforce.site.report import read

STATE = ".state.json"
FIRST_QUESTION = "01_published_figures"
_FEW = 3  # reports that are sooner rendered here than in processes of their own


def build(outputs=OUTPUTS, jobs=None):
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
    notebooks = sorted(path for path in outputs.glob("[0-9]*_*/*.ipynb") if not path.name.startswith("."))
    state, wanted = _read_state(site), _digests(outputs, notebooks)
    due = [path for path in notebooks if not _is_made(site, _page(path), state, wanted)]
    claims = pages.read_claims(_text(outputs / "tables" / "claims.csv"))
    names = _names()
    for path, entry, files in _rendered(due, jobs, names, claims):
        for name, content in files.items():
            _write(site / path.parent.name / name, content)
        state[_page(path)] = {**entry, "digest": wanted[_page(path)], "files": sorted(files)}
    state = {_page(path): state[_page(path)] for path in notebooks}
    shared = _shared_files(outputs, [{**entry, "name": name} for name, entry in state.items()], names, claims)
    for name, content in shared.items():
        _write(site / name, content)
    _remove_others(site, {*shared, *(f"{Path(name).parent}/{file}" for name in state for file in state[name]["files"])})
    _write(site / STATE, json.dumps(state, indent=1).encode())
    return len(notebooks), len(due)


def render(path, names, claims):
    """Return a report's entry in the index, and its files as bytes by name, the page among them."""
    report = read(path)
    authority = report.parameters.get("authority")
    mine = [claim for claim in claims if claim["authority"] == authority]
    counted = pages.counted(mine) if path.parent.name == FIRST_QUESTION else ""
    page = pages.report_page(_page(path), report, names, counted)
    told = {name: value for name, value in asdict(report).items() if name in ("question", "found", "parameters")}
    return {**told, "counted": counted}, {**report.files, f"{path.stem}.html": page.encode()}


def _rendered(due, jobs, names, claims):
    """Yield each notebook's path with what `render` returns, several processes at work when there are many."""
    if len(due) <= _FEW:
        yield from ((path, *render(path, names, claims)) for path in due)
        return
    with ProcessPoolExecutor(min(jobs or os.cpu_count() or 1, len(due))) as pool:
        pending = [(path, pool.submit(render, path, names, claims)) for path in due]
        yield from ((path, *future.result()) for path, future in pending)


def _page(path):
    return f"{path.parent.name}/{path.stem}.html"


def _digests(outputs, notebooks):
    """Return what each page depends on: its notebook, the site's code and templates, the claims, the names."""
    code = [
        path for path in sorted(Path(__file__).parent.rglob("*")) if path.is_file() and "__pycache__" not in path.parts
    ]
    common = [*map(digest, code), digest(outputs / "tables" / "claims.csv"), digest(data.DATA / "authorities.csv")]
    common.append(inputs.packages().get("nbconvert", ""))
    return {_page(path): digest_of("".join([digest(path), *common]).encode()) for path in notebooks}


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
    digested = digest_of("".join(digest(path) for path in inputs.data_files()).encode())
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


def _names():
    table = data.load("authorities")
    return dict(zip(table["slug"], table["name"], strict=True))


def _text(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _read_state(site):
    try:
        return json.loads((site / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _write(path, content):
    """Write a file whole, unless it is that already."""
    if not path.exists() or path.read_bytes() != content:
        with replacing(path) as temporary:
            temporary.write_bytes(content)


def _remove_others(site, kept):
    for path in sorted(site.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(site).as_posix() not in {*kept, STATE}:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
