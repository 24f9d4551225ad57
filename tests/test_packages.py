import json

import pytest

from workforce import data, packages
from workforce.data import DataError


@pytest.fixture
def described():
    """Return the project's package, and its resources and their fields by name, to change at will."""
    described = json.loads((data.DATA / packages.FILE).read_text(encoding="utf-8"))
    resources = {one["name"]: one for one in described["resources"]}
    fields = {name: {field["name"]: field for field in one["schema"]["fields"]} for name, one in resources.items()}
    return described, resources, fields


def told_of(folder, described):
    (folder / packages.FILE).write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        data.load_all(folder)
    assert all(line.startswith("datapackage.json: ") for line in caught.value.errors)
    return " | ".join(caught.value.errors)


def replaced(holder, key, value):
    holder[key] = value


CASES = [
    (
        lambda _, r, f: replaced(f["documents"]["slug"]["constraints"], "pattern", "[a-"),
        "'documents', field 'slug': the pattern",
    ),
    (
        lambda _, r, f: replaced(f["pay_scales"]["end"]["constraints"], "enum", "entry"),
        "field 'end', constraints.enum must be",
    ),
    (
        lambda _, r, f: replaced(f["observations"]["value"], "missingValues", ""),
        "field 'value', missingValues must be array",
    ),
    (lambda _, r, f: replaced(r["units"]["schema"], "primaryKey", {}), "'units', schema.primaryKey must be array"),
    (
        lambda _, r, f: replaced(r["units"]["schema"], "primaryKey", ["unti"]),
        "the primaryKey names 'unti', which is no field",
    ),
    (
        lambda _, r, f: replaced(r["documents"]["schema"], "foreignKeys", {}),
        "'documents', schema.foreignKeys must be array",
    ),
    (
        lambda _, r, f: replaced(r["documents"]["schema"]["foreignKeys"], 0, None),
        "schema.foreignKeys[0] must be object",
    ),
    (lambda _, r, f: replaced(r["documents"]["schema"]["foreignKeys"][0], "fields", ["x"]), "foreign key names 'x'"),
    (
        lambda _, r, f: replaced(r["documents"]["schema"]["foreignKeys"][0]["reference"], "resource", "x"),
        "a foreign key names the resource 'x', which is not there",
    ),
    (
        lambda _, r, f: f["authorities"]["greater_manchester"].pop("trueValues"),
        "'greater_manchester', must contain ['trueValues'",
    ),
    (lambda _, r, f: replaced(f["pay_spine"]["scp"], "type", "date"), "field 'scp', type must be one of"),
    (
        lambda _, r, f: replaced(f["pay_spine"]["scp"], "type", "string"),
        "field 'scp': minimum, maximum and notBelow are for",
    ),
    (
        lambda _, r, f: replaced(f["units"]["means"], "type", "number"),
        "'units' needs the field 'means' of the type string",
    ),
    (lambda _, r, f: replaced(f["observations"]["upper"], "notBelow", "vlaue"), "notBelow names 'vlaue'"),
    (lambda _, r, f: replaced(r["units"], "path", "../units.csv"), "resource 'units', path must match pattern"),
    (lambda _, r, f: r["units"].pop("schema"), "resource 'units', must contain ['schema'] properties"),
    (lambda d, r, f: d["resources"].pop(), "the resource 'hedges' is missing; the project's own package has it"),
    (lambda d, r, f: d["resources"].append(d["resources"][0]), "the resource 'documents' stands twice"),
    (
        lambda d, r, f: r["units"]["schema"]["fields"].append(f["units"]["means"]),
        "'units': the field 'means' stands twice",
    ),
    (lambda d, r, f: replaced(d, "resources", {}), "resources must be array"),
    (lambda d, r, f: replaced(d["resources"], 1, 7), "resources[1] must be object"),
]


@pytest.mark.parametrize(("change", "told"), CASES, ids=[told for _, told in CASES])
def test_a_package_of_the_wrong_form_is_told_in_words(folder, described, change, told):
    whole, resources, fields = described
    change(whole, resources, fields)
    assert told in told_of(folder, whole)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"resources": ' + "[" * 3000, "\ufeff{}", '{"resources": [[[]]]}']
)
def test_what_is_no_package_is_told(folder, text):
    (folder / packages.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"^datapackage\.json: "):
        data.load_all(folder)
