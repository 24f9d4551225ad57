"""What the tables of the results are: the data package that stands beside them, written here once."""

import json
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent / "results.json"


@cache
def described() -> dict[str, dict]:
    """Return the tables' descriptions by their files' names: title, sources and the schema of their columns.

    Examples
    --------
    >>> described()["pay_working_weeks.csv"]["title"]
    "The working week that each council's pay implies"
    """
    return {one["path"]: one for one in json.loads(PACKAGE.read_text(encoding="utf-8"))["resources"]}
