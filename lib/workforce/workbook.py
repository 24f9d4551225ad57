"""Put the tables into one workbook that a public body can publish: cover, contents, notes, a sheet a table."""

import csv
import json
import re
import warnings
from pathlib import Path

import pandas as pd

from nbrun.storage import replacing
from workforce.batch import OUTPUTS
from workforce.words import harmless

NAME = "workforce.xlsx"
EMPTY = "[z]"
_NUMBERS = {"integer", "number"}


def export(folder=OUTPUTS / "tables"):
    """Write the workbook beside the tables' CSV files and their data package, and return its path.

    Raises
    ------
    ValueError
        When the tables have not been made.
    """
    folder = Path(folder)
    if not (folder / "datapackage.json").exists():
        raise ValueError(f"{folder}: there are no tables; `workforce run` makes them")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resources = {Path(resource["path"]).stem: resource for resource in package["resources"]}
    with replacing(folder / NAME) as temporary, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # what gptables still asks of pandas
        warnings.simplefilter("ignore", ResourceWarning)  # and leaves open as it is imported
        from gptables import write_workbook

        write_workbook(
            str(temporary),
            {
                name[:31]: sheet(resource, read(folder / resource["path"], resource))
                for name, resource in resources.items()
            },
            cover=_cover(package),
            notes_table=_notes(resources),
            notesheet_options={"title": "Notes: what each column means"},
            auto_width=True,
            # Text stays text, whatever it begins with.
            workbook_options={"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
    return folder / NAME


def read(path, resource):
    """Return a table as a frame: numbers as such, text harmless to spreadsheets, what is missing as ``[z]``."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    fields = resource["schema"]["fields"]
    columns = {field["name"]: [_value(row[field["name"]], field["type"]) for row in rows] for field in fields}
    return pd.DataFrame(columns, dtype=object)


def sheet(resource, frame):
    """Return a table of the workbook with its words: title, source, units, and notes by column."""
    from gptables import GPTable

    fields = resource["schema"]["fields"]
    name = Path(resource["path"]).stem
    return GPTable(
        frame,
        table_name=re.sub(r"\W", "_", f"table_{name}"),
        title=resource["title"],
        scope="Councils and periods as in the sources",
        source=resource["sources"][0]["title"],
        # By number: with units, gptables renames the columns before it looks for their notes.
        units={number: field["unit"] for number, field in enumerate(fields) if "unit" in field} or None,
        table_notes={number: f"$${name}_{field['name']}$$" for number, field in enumerate(fields)},
        legend=[f"{EMPTY} not applicable, or not known"],
        index_columns={},
    )


def _value(text, kind):
    if text == "":
        return EMPTY
    if kind in _NUMBERS:
        number = float(text)
        return int(number) if kind == "integer" and number.is_integer() else number
    return harmless(text)


def _cover(package):
    from gptables import Cover

    return Cover(
        title=package["title"],
        intro=[
            package["description"],
            "Verdicts follow from the values alone; no verdict says why a figure differs.",
        ],
        about=[
            "Each sheet is one table, with its source and units. The notes say what each column means.",
        ],
        cover_label="Cover",
    )


def _notes(resources):
    rows = [
        (f"{name}_{field['name']}", f"{resource['title']}: {field['name']} is {field['description']}.")
        for name, resource in resources.items()
        for field in resource["schema"]["fields"]
    ]
    return pd.DataFrame(rows, columns=["Note reference", "Note text"])
