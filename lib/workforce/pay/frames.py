"""Frames of pay scales: their columns, and what a frame of one's own may leave out."""

import pandas as pd

from workforce import data

COUNCIL = ["document", "authority"]
KEY = [*COUNCIL, "role", "end"]
ENDS = ("entry", "top")
SINGLE = "single"
NATIONAL = "national"
_NEEDED = ("authority", "role", "end", "annual")
_ASSUMED = {"document": "", "spine": NATIONAL, "scp": pd.NA, "hourly": float("nan")}


def complete(scales: pd.DataFrame) -> pd.DataFrame:
    """Return scales with every column: of a frame of one's own, ``document, spine, scp`` and ``hourly`` may be left out.

    Raises
    ------
    ValueError
        For a column that is missing and needed, with those that there are.

    Examples
    --------
    >>> own = pd.DataFrame({"authority": ["mine"], "role": ["ASYE"], "end": ["entry"], "annual": [34000]})
    >>> complete(own).iloc[0].to_dict()["spine"]
    'national'
    """
    data.need(scales, _NEEDED, "scales")
    added = {name: value for name, value in _ASSUMED.items() if name not in scales}
    typed = {name: kind for name, kind in (("scp", "Int64"), ("hourly", float)) if name in added}
    return scales.assign(**added).astype(typed) if added else scales


def both_ends(scales):
    """Return scales with the one amount of a post as its entry and its top, which is what it is to those in post."""
    single = scales["end"] == SINGLE
    if not single.any():
        return scales
    twice = [scales[single].assign(end=end) for end in ENDS]
    return pd.concat([scales[~single], *twice]).sort_index(kind="stable")
