"""A draft: what was read of a paper and proposed, kept in a folder of its own until it is written to the data."""

import hashlib
import json
import math
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nbrun.storage import replacing
from workforce import data
from workforce.data import ListedError

DRAFTS = data.PROJECT / "drafts"
_TUPLES = ("plus", "minus", "base")


class DraftError(ListedError):
    """What is wrong with a draft, told to people."""


@dataclass(frozen=True)
class Draft:
    """A paper as read: its numbers and what was proposed of them, each as its module gives it.

    Attributes
    ----------
    folder : pathlib.Path
        With ``draft.json``, a copy of the paper, and ``decisions.jsonl`` once something is decided.
    slug : str
    paper : str
        The name of the paper's copy in the folder.
    about : dict of str to str
        What the paper tells of itself: title, date.
    numbers, proposals : pandas.DataFrame
    """

    folder: Path
    slug: str
    paper: str
    about: dict
    numbers: pd.DataFrame
    proposals: pd.DataFrame

    @property
    def decisions(self):
        """The file of what a person decided."""
        return self.folder / "decisions.jsonl"

    @property
    def path(self):
        """The copy of the paper."""
        return self.folder / self.paper


def start(path, slug, drafts=None, progress=None):
    """Return the draft of a paper: read and proposed anew, or as it was left where that is done already.

    Parameters
    ----------
    path : path
        The paper: .pdf, .docx, .html, .txt or .md.
    slug : str
        Its short name, as it shall stand in documents.csv.
    drafts : path, optional
        Where drafts are kept; DRAFTS without.
    progress : callable, optional
        Called with the pages read and their number.

    Raises
    ------
    DraftError
        When another paper has a draft of that name, or the name is no slug.
    """
    path, folder = Path(path), _folder(slug, drafts)
    if not path.is_file():
        raise DraftError([f"{path}: there is no such file"])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if (folder / "draft.json").exists():
        if _content(folder)["sha256"] != digest:
            told = f"{folder}: has the draft of another file, {_content(folder)['paper']}"
            raise DraftError([f"{told}; choose another --slug, or remove that folder"])
        return load(slug, drafts)
    from workforce.draft.numbers import numbers
    from workforce.draft.propose import propose
    from workforce.draft.read import read

    blocks = read(path, progress)
    found = numbers(blocks)
    if found.empty:
        raise DraftError([f"{path.name}: it has no numbers to check"])
    proposals = propose(found)
    about = _about(blocks)
    copy = f"paper{path.suffix.lower()}"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / copy)
    content = {
        "paper": copy,
        "file": path.name,
        "sha256": digest,
        "about": about,
        "numbers": _records(found),
        "proposals": _records(proposals),
    }
    with replacing(folder / "draft.json") as temporary:
        temporary.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    return load(slug, drafts)


def load(slug, drafts=None):
    """Return a draft that was begun.

    Raises
    ------
    DraftError
        When there is none of that name, with those that there are, or when its file is damaged.
    """
    folder = _folder(slug, drafts)
    if not (folder / "draft.json").exists():
        begun = sorted(path.parent.name for path in folder.parent.glob("*/draft.json"))
        told = f"there are: {', '.join(begun)}" if begun else "there is none yet; give the paper's file to begin one"
        raise DraftError([f"no draft '{slug}' was begun; {told}"])
    content = _content(folder)
    numbers, proposals = (pd.DataFrame(content[name]) for name in ("numbers", "proposals"))
    for name in ("value", "upper", "x0", "top", "x1", "bottom"):
        numbers[name] = numbers[name].astype(float)
    for name in _TUPLES:
        if name in proposals:
            proposals[name] = [tuple(places) for places in proposals[name]]
    return Draft(folder, slug, content["paper"], content["about"], numbers, proposals)


def _content(folder):
    try:
        return json.loads((folder / "draft.json").read_text(encoding="utf-8"))
    except ValueError as error:
        told = f"{folder / 'draft.json'}: not readable: {error}"
        raise DraftError([f"{told}; remove it to read the paper anew, your decisions stay"]) from None


def _folder(slug, drafts):
    """Return the folder of a draft. Raises DraftError for a name that is no slug."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise DraftError([f"--slug '{slug}': small letters, digits and single hyphens, such as kent-2025"])
    return Path(DRAFTS if drafts is None else drafts) / slug


def _records(frame):
    """Return a frame as plain dicts, what is missing as None."""
    return [
        {name: _plain(value) for name, value in row.items()} for row in frame.astype(object).to_dict(orient="records")
    ]


def _plain(value):
    if isinstance(value, tuple):
        return [int(at) for at in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _about(blocks):
    """Return what a paper tells of itself: its title, the first heading or paragraph of some length, and its first date."""
    from workforce.draft.numbers import dates

    texts = blocks.loc[blocks["kind"].isin(["heading", "paragraph"]), "text"].tolist()
    headings = blocks.loc[blocks["kind"] == "heading", "text"].tolist()
    title = next((text for text in [*headings, *texts] if len(text) > 12), "")
    found = (date for text in texts[:60] for date in dates(text))
    return {"title": " ".join(title.split())[:200], "date": next((date for date in found if len(date) == 10), "")}
