"""Claims files: found, read with every scalar as text, and checked against their schema."""

import json
from functools import cache, lru_cache
from pathlib import Path

import yaml

from nbrun import yamls
from workforce import data

ACROSS, BESIDE = "across-papers", "beside-statistics"
COMPARISONS = {ACROSS: "across papers", BESIDE: "beside the national statistics"}  # files of no one paper

LAYOUT = {"tables": dict, "charts": list, "series": list, "pay": dict, "payment": dict}


class ClaimsError(data.ListedError):
    """Bad claims files: each line names the file and the claim."""


def paths(folder, slugs):
    """Return the paths of the claims files, in the order of the papers' slugs, those of comparisons last."""
    found = {path.stem: path for path in (Path(folder) / "claims").glob("*.yml")}
    if misnamed := sorted(path.name for path in (Path(folder) / "claims").glob("[!.]*.yaml")):
        raise ClaimsError([f"{name}: a claims file ends in .yml" for name in misnamed])
    order = [*slugs, *COMPARISONS]
    if not found:
        raise ClaimsError([f"{Path(folder) / 'claims'}: there is no claims file (.yml)"])
    if strange := sorted(found.keys() - set(order)):
        known = ", ".join(order)
        raise ClaimsError([f"{stem}.yml: no such document; documents.csv has: {known}" for stem in strange])
    return [found[stem] for stem in order if stem in found]


def layout(document, folder=data.DATA):
    """Return what a paper's claims file says besides claims, by the names of LAYOUT.

    ``tables`` (titles and columns by name), ``pay`` and ``payment`` are dicts, ``charts`` and ``series`` lists of dicts; each is
    empty where the file does not have it, or is not there.

    Examples
    --------
    >>> layout("tameside-2023")["pay"]["councils"]
    'the ten Greater Manchester councils'
    """
    path = Path(folder) / "claims" / f"{document}.yml"
    content = read(path) if path.exists() else {}
    return {key: content.get(key, kind()) for key, kind in LAYOUT.items()}


def readings_of(entry):
    """Return the readings of an entry of a claims file, or its partitions, as dicts; none where it has neither.

    Examples
    --------
    >>> readings_of({"cannot_be_checked": "Its inputs are not printed."})
    []
    """
    return entry.get("readings") or entry.get("partitions", [])


class _TextLoader(yaml.BaseLoader):
    """YAML with every scalar as text, so that 44.0 stays 44.0 and no stays no; a key that stands twice is an error."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                problem = f"the key '{key}' stands twice"
                raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return super().construct_mapping(node, deep)


def read(path):
    """Return what a claims file says, every scalar as text. Raises ClaimsError for one of the wrong form."""
    try:
        return _parsed(path.name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ClaimsError([f"{path.name}: not UTF-8: {error.reason}; save the file as UTF-8"]) from None


@lru_cache(maxsize=32)
def _parsed(name, text):
    """Return what a claims file says, parsed and checked once; nobody changes what this returns."""
    try:
        content = yamls.read(text, _TextLoader)
    except yamls.YamlError as error:
        raise ClaimsError([f"{name}: not readable as YAML: {error}"]) from None
    problems = [f"{name}, {line}" for line in _schema_errors(content)]
    if problems:
        raise ClaimsError(problems)
    return content


def _schema_errors(content):
    """Yield one line for each claim, or part of the file's head, that the schema of claims files refuses."""
    from fastjsonschema import JsonSchemaValueException

    entries = content.get("claims") if isinstance(content, dict) else None
    one_by_one = [{**content, "claims": [entry]} for entry in entries] if isinstance(entries, list) else []
    told = set()
    for number, part in enumerate(one_by_one or [content], start=1):
        try:
            _validator()(part)
        except JsonSchemaValueException as error:
            line = _schema_error(error, part, number)
            if line not in told:
                yield line
            told.add(line)


@cache
def _validator():
    import fastjsonschema

    return fastjsonschema.compile(json.loads((data.DATA / "claims" / "schema.json").read_text(encoding="utf-8")))


def _schema_error(error, part, number):
    """Return a schema error in words; a claim that mixes its kinds would else be told as '0 matches found'."""
    message = error.message.removeprefix("data")
    place, problem = message.lstrip(".").split(" ", 1) if message.startswith((".", "[")) else ("", message.strip())
    if place.startswith("claims[0]"):
        entry = part["claims"][0]
        name = entry["id"] if isinstance(entry, dict) and "id" in entry else f"number {number}"
        place = ", ".join(filter(None, [f"claim '{name}'", place.removeprefix("claims[0]").lstrip(".")]))
    if error.rule in ("oneOf", "not") and place.startswith("claim ") and "each" not in place:
        problem = (
            "give either readings, or at least two partitions, or cannot_be_checked with the reason, or ambiguous with the "
            "reason and at least two readings that each say what they imply"
        )
    return f"{place}: {problem}" if place else problem
