"""Who is who in the census: authorities by any name or code, joint returns, splits and mergers."""

from datetime import date
from difflib import get_close_matches

from workforce import data, words
from workforce.data import DataError
from workforce.national.measures import COLUMNS

JOINT = " / "
_OTHER_AREA = ("merger", "split", "boundary")


def identified(text, file):
    """Return a release's rows with the key of their area and the year, and the table of areas.

    An authority's key is the Department's code, which stays when boundaries stay and the national code changes. Where
    two authorities make one return, older releases have it in the row of one, and ``z`` in every cell of the other's:
    both become the one area that newer releases make of them.

    Parameters
    ----------
    text : pandas.DataFrame
        The cells of a release as text.
    file : str
        Its name, for errors.

    Returns
    -------
    text : pandas.DataFrame
        With ``area`` and ``year``.
    known : pandas.DataFrame
        See ``table``.

    Raises
    ------
    DataError
        When an area stands twice in a year.
    """
    text = _joined(text)
    level = text["geographic_level"].str.lower()
    area = text["old_la_code"].where(level == "local authority", text["region_code"])
    text = text.assign(area=area.where(level != "national", text["country_code"]), year=text["time_period"].astype(int))
    twice = text[text.duplicated(["area", "year"], keep=False)]
    if len(twice):
        raise DataError(
            f"{file}, rows {words.listed([str(row) for row in part.index])}: the area {area} stands more than once in {year}"
            for (area, year), part in twice.groupby(["area", "year"])
        )
    return text, table(text)


def table(text):
    """Return a row an area: ``level``, ``name``, ``slug``, ``gss``, ``region`` (its key), ``first`` and ``last`` year.

    Name, code and region are those of the last year; ``gss_codes`` has every national code that the area had.
    """
    ordered = text.sort_values("year")
    level = ordered["geographic_level"].str.capitalize()
    name = ordered["la_name"].where(level == "Local authority", ordered["region_name"])
    gss = ordered["new_la_code"].where(level == "Local authority", ordered["area"])
    ordered = ordered.assign(
        level=level,
        name=name.where(level != "National", ordered["country_name"]),
        gss=gss,
        region=ordered["region_code"],
    )
    groups = ordered.groupby("area")
    known = groups[["level", "name", "gss", "region"]].last()
    known["slug"] = known["name"].map(words.slug)
    known["gss_codes"] = groups["gss"].agg(lambda codes: tuple(dict.fromkeys(codes)))
    return known.assign(first=groups["year"].min(), last=groups["year"].max())


def find(text, known, year):
    """Return the key of the authority that made a return for a year, by its name, slug, or code.

    Parameters
    ----------
    text : str
        The name or a part of it that stands for the whole (``Bristol``), the slug, the Department's code, the national
        code, today's or a former one, or any of these of one of the authorities in a joint return.
    known : pandas.DataFrame
        See ``table``.
    year : int

    Raises
    ------
    ValueError
        When there is none: with what it has become, or the nearest names.

    Examples
    --------
    >>> from workforce.national import release
    >>> one = release.newest(folder=data.NATIONAL)
    >>> find("Bristol", one.areas, 2025), find("E08000025", one.areas, 2025)
    ('801', '330')
    """
    wanted = words.slug(text)
    here = known[(known["level"] == "Local authority") & (known["last"] == year)]
    found = {name: key for key, row in here.iterrows() for name in _names(key, row)}
    recoded = _changes().query("kind == 'new code'")
    found |= {
        words.slug(old): key
        for old, key in zip(recoded["from_gss"], recoded["to_dfe"], strict=True)
        if key in here.index
    }
    if wanted in found:
        return found[wanted]
    gone = known[(known["level"] == "Local authority") & (known["last"] < year)]
    for key, row in gone.iterrows():
        if wanted in _names(key, row):
            raise ValueError(_ended(key, row))
    holding = [name for name in found if wanted and wanted in name.split("-")]
    near = holding or get_close_matches(wanted, [name for name in found if not name.isdigit()], n=3, cutoff=0.7)
    meant = " or ".join(dict.fromkeys(here.loc[found[name], "name"] for name in near))
    advice = (
        f"did you mean {meant}?" if near else "give the name or code of an English authority with children's services"
    )
    raise ValueError(f"there is no authority '{text}' in the statistics; {advice}")


def code_errors(authorities, known, file="authorities.csv"):
    """Yield a line for each authority whose Department code is no authority's in the statistics, or another's.

    Parameters
    ----------
    authorities : pandas.DataFrame
        ``name``, ``gss_code`` and ``dfe_code``, in the order of the file's rows; those without a Department code are left aside.
    known : pandas.DataFrame
        See ``table``.

    Examples
    --------
    >>> from workforce.national import release
    >>> one = data.load("authorities").query("slug == 'coventry'").assign(dfe_code="999")
    >>> list(code_errors(one, release.newest(folder=data.NATIONAL).areas))
    ["authorities.csv, row 2, column 'dfe_code': '999' is no authority's in the statistics; of E08000026, Coventry, it is 331"]
    """
    ours = known[known["level"] == "Local authority"]
    holders = {code: [] for key in ours.index for code in key.split(JOINT)}
    for key, name, codes in zip(ours.index, ours["name"], ours["gss_codes"], strict=True):
        for code in key.split(JOINT):
            holders[code] += [(name, gss) for one in codes for gss in one.split(JOINT)]
    changes = _changes()
    for end in ("from", "to"):
        for code, name, gss in zip(*(changes[f"{end}_{part}"] for part in ("dfe", "name", "gss")), strict=True):
            holders.setdefault(code, []).append((name, gss))
    by_gss = {gss: code for code, held in holders.items() for _, gss in held}
    for row, one in enumerate(authorities.itertuples(), start=2):
        if one.dfe_code != one.dfe_code or one.gss_code in {gss for _, gss in holders.get(one.dfe_code, ())}:
            continue
        named = list(dict.fromkeys(f"{name} ({gss})" for name, gss in holders.get(one.dfe_code, ())))
        told = f"is that of {words.listed(named)}" if named else "is no authority's in the statistics"
        if one.gss_code in by_gss:
            told += f"; of {one.gss_code}, {one.name}, it is {by_gss[one.gss_code]}"
        yield data.Cell(file, row, "dfe_code", one.dfe_code).error(told)


def beginnings(known):
    """Return when each area came of a split, merger or moved boundary that the release shows: dates by key."""
    changes = _changes()[_changes()["kind"].isin(_OTHER_AREA)]
    dates = dict(zip(changes["to_dfe"], map(date.fromisoformat, changes["date"]), strict=True))
    return {key: dates[part] for key in known.index for part in key.split(JOINT)[:1] if part in dates}


def history(key, known):
    """Return what became an authority, in sentences: why its series begins where it does.

    Examples
    --------
    >>> from workforce.national import release
    >>> len(history("940", release.newest(folder=data.NATIONAL).areas))
    2
    """
    changes = _changes()
    mine = changes[changes["to_dfe"].isin(key.split(JOINT)) & changes["kind"].isin(_OTHER_AREA)]
    came = [
        f"{words.listed(list(dict.fromkeys(part['to_name'])))} came in {words.period(day[:7])} of "
        f"{words.listed(_former(part))}, whose figures are not joined to these."
        for (day, _), part in mine.groupby(["date", "kind"], sort=False)
    ]
    joint = [other for other in known.index if JOINT in other and key in other.split(JOINT)]
    return came + [
        f"Until {known.loc[other, 'last']} it made one return with another authority, as {known.loc[other, 'name']}, whose "
        "figures are not joined to these."
        for other in joint
    ]


def _former(changes):
    """Return the names of what was before; one that goes on under the same name is the former one."""
    after = set(changes["to_name"])
    return [f"the former {name}" if name in after else name for name in dict.fromkeys(changes["from_name"])]


def _names(key, row):
    """Return every slug that means an area: names, codes, and those of the parts of a joint return."""
    parts = [part for text in (row["name"], key, *row["gss_codes"]) for part in text.split(JOINT)]
    plain = [part.partition(",")[0] for part in row["name"].split(JOINT)]
    turned = [" ".join(reversed(part.split(", "))) for part in row["name"].split(JOINT)]
    return {words.slug(text) for text in (row["name"], key, *row["gss_codes"], *parts, *plain, *turned)}


def _ended(key, row):
    later = _changes()
    later = later[(later["from_dfe"] == key) & (later["to_dfe"] != key)]
    names = row["name"].split(JOINT) if JOINT in key else list(dict.fromkeys(later["to_name"]))
    told = f"{row['name']} ({key}) made its last return for {row['last']}"
    if not names:
        return f"{told}; choose another authority"
    return f"{told}; what followed is {words.listed(names)}: choose one of these"


def _changes():
    return data.load("boundary_changes")


def _joined(text):
    """Bring joint returns to the form that newer releases have: one row, with both names and codes."""
    columns = [name for name in COLUMNS if name in text]
    empty = text[columns].isin(["z", "[z]"]).all(axis=1)
    for pair in _changes().query("kind == 'joint return'").itertuples():
        silent = text[(text["old_la_code"] == pair.from_dfe) & empty].drop_duplicates("time_period")
        speaking = text[(text["old_la_code"] == pair.to_dfe) & ~empty]
        both = speaking[speaking["time_period"].isin(silent["time_period"])]
        partner = silent.set_index("time_period").reindex(both["time_period"]).set_axis(both.index)
        for column in ("old_la_code", "new_la_code", "la_name"):
            text.loc[both.index, column] = both[column] + JOINT + partner[column]
        text = text.drop(silent.index[silent["time_period"].isin(both["time_period"])])
        empty = empty[text.index]
    return text
