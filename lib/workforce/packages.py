"""The data package of a data folder: read, and checked as a whole before any table is."""

import json
import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

from workforce.errors import DataError

FILE = "datapackage.json"
_SCHEMA = Path(__file__).parent / "datapackage.schema.json"


def read(folder):
    """Return the resources of a folder's data package by name, as dicts with ``path`` and ``schema``.

    Raises DataError with what is wrong with the package: no JSON, of the wrong form, or naming what is not in it.
    """
    path = Path(folder) / FILE
    try:
        return _resources(path.read_bytes())
    except FileNotFoundError:
        raise DataError([f"{path}: the file is missing; a data folder has a {FILE}"]) from None


@lru_cache(maxsize=16)
def _resources(content):
    """Return the resources of a package, checked once for each text of it; nobody changes what this returns."""
    from fastjsonschema import JsonSchemaValueException

    try:
        described = json.loads(content.decode("utf-8-sig"))
        _validator()(described)
    except JsonSchemaValueException as error:
        raise DataError([f"{FILE}: {_named(error.message, described)}"]) from None
    except (ValueError, RecursionError) as error:
        raise DataError([f"{FILE}: not readable as JSON in UTF-8: {error}"]) from None
    resources = {one["name"]: one for one in described["resources"]}
    errors = [f"the resource '{name}' stands twice" for name in _doubled(described["resources"])]
    errors += [line for one in resources.values() for line in _inner_errors(one, resources)]
    if errors:
        raise DataError([f"{FILE}: {line}" for line in errors])
    return resources


@cache
def _validator():
    import fastjsonschema

    return fastjsonschema.compile(json.loads(_SCHEMA.read_text(encoding="utf-8")))


def _named(message, described):
    """Return a schema error with the names of resource and field in place of their numbers, where they have one."""
    text = message.removeprefix("data").lstrip(".").strip()
    for step in ("resources", "schema.fields"):
        found = re.match(rf"(.*?){re.escape(step)}\[(\d+)\]\.?", text)
        for key in step.split(".") if found else ():
            described = described[key]
        described = described[int(found[2])] if found else {}
        if isinstance(described, dict) and isinstance(described.get("name"), str):
            text = f"{found[1]}{step.rpartition('.')[2][:-1]} '{described['name']}', {text[found.end() :].strip()}"
    return text


def _doubled(described):
    """Return the names that more than one of some descriptions has."""
    return [name for name, times in Counter(one["name"] for one in described).items() if times > 1]


def _inner_errors(resource, resources):
    """Yield what a resource names and is not there: fields of its keys, other resources; and what cannot be applied."""
    name, schema = resource["name"], resource["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    known = f"; it has: {', '.join(fields)}"
    yield from (f"'{name}': the field '{field}' stands twice" for field in _doubled(schema["fields"]))
    for key in (one for one in schema["primaryKey"] if one not in fields):
        yield f"'{name}': the primaryKey names '{key}', which is no field of it{known}"
    for key in schema.get("foreignKeys", []):
        (column,), other = key["fields"], resources.get(key["reference"]["resource"])
        (target,) = key["reference"]["fields"]
        if column not in fields:
            yield f"'{name}': a foreign key names '{column}', which is no field of it{known}"
        if other is None:
            yield f"'{name}': a foreign key names the resource '{key['reference']['resource']}', which is not there"
        elif target not in {field["name"] for field in other["schema"]["fields"]}:
            yield f"'{name}': a foreign key names '{target}', which is no field of '{other['name']}'"
    for field in schema["fields"]:
        yield from (f"'{name}', field '{field['name']}': {line}" for line in _field_errors(field, fields))


def _field_errors(field, fields):
    constraints = field.get("constraints", {})
    if (lower := field.get("notBelow")) is not None and lower not in fields:
        yield f"notBelow names '{lower}', which is no field beside it"
    if {"minimum", "maximum", "notBelow"} & {*constraints, *field} and field["type"] not in ("integer", "number"):
        yield f"minimum, maximum and notBelow are for numbers, not for the type {field['type']}"
    try:
        re.compile(constraints.get("pattern", ""))
    except (re.error, RecursionError, OverflowError) as error:
        yield f"the pattern is no regular expression: {error}"
