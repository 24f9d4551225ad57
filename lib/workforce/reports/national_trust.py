"""Sections of the national context on how far to trust the statistics: what does not hold together, and what was revised."""

import pandas as pd

from workforce import words
from workforce.display import Column, Section, Table, Text
from workforce.national import checks, revisions
from workforce.national.measures import label

MANY = 10  # of a kind, told one by one: the table of all has the rest
_YEAR = Column("year", say=lambda row: str(row["year"]))


def trust(context):
    """Return what of the release does not hold together: rates that their counts do not give, figures that cannot be.

    With it what the rates of the region and of England would be without what is set aside; a sentence and a table of each.
    """
    one, here = context.release, _places(context)
    every = one.reasons.stack()
    off, without = one.disagreements, checks.without_set_aside(one)
    suspect = int(every.str.startswith(checks.SUSPECT).sum())
    said = (
        f"Across the release, {words.amount(len(off), 'published rates')} "
        f"{'does' if len(off) == 1 else 'do'} not follow from the counts beside {'it' if len(off) == 1 else 'them'} "
        f"at any rounding. {words.upper(words.amount(suspect, 'published figures'))} cannot be true, so "
        f"{'it is' if suspect == 1 else 'they are'} not used."
    )
    without = without[[row.area in here and _shows(row) for row in without.itertuples()]]
    tables = [
        *_not_given(off[off["area"].isin(here)], one),
        *_set_aside(context),
        *_without(without, one),
    ]
    none = "Nothing of this concerns this authority, its region or England."
    return Section((Text((*missing(one), said) if tables else (*missing(one), said, none)), *tables))


def missing(one):
    """Return a sentence for each column of the census that a release does not have, so that what rests on it is not shown.

    Parameters
    ----------
    one : Release
    """
    return tuple(
        f"The file has no column {column}, so {label(column)} is not shown"
        f"{f'; {unknown}, which is not known, may be it under another name' if unknown else ''}."
        for column, unknown in one.missing.items()
    )


def revised(context):
    """Return which figures the release before had otherwise: of all areas by measure, of this one and its own one by one."""
    older, newer = context.earlier, context.release
    if older is None:
        return Text(("There is no earlier release to compare this one with.",))
    found, here = revisions.between(older, newer), _places(context)
    mine = found[found["area"].isin(here)]
    turned = revisions.turned(older, newer)
    others = len(found) and not (mine["area"] == context.area).any()
    own = f"No figure of these is of {context.name}." if others else ""
    said = Text(
        tuple(filter(None, (summary(older, newer), own))), tuple(_turned(turned[turned["area"].isin(here)], newer))
    )
    tables = [_by_column(older, newer), _one_by_one(context, mine)] if len(found) else []
    return Section((said, *(table for table in tables if len(table.data))))


def downloaded(one, former, earlier):
    """Return what a release that was downloaded changes, a line each.

    Parameters
    ----------
    one : Release
    former : Release or None
        The one that was in use until then: of the same years it was corrected, and of later years it stays in use.
    earlier : Release or None
        The one of the years before.
    """
    told, older = [], earlier
    if former is not None and former.digest == one.digest:
        told = ["It is the release that was in use already."]
    elif former is not None and former.latest == one.latest:
        older = former
    elif former is not None and former.latest > one.latest:
        told = [f"Reports take the newest, {former.file}; --parameters release={one.file} takes this one."]
    return [*told, *missing(one), *(in_words(older, one) if older is not None else [])]


def in_words(older, newer):
    """Return what a release changed of the one before, a line each: how much of what, what was withdrawn, what turned round.

    Parameters
    ----------
    older, newer : Release

    Examples
    --------
    >>> from workforce.national import release
    >>> in_words(*(release.read(path) for path in release.files()[-2:]))[-1]
    'South West, working days lost FTE, 2024: a rise of 290.1 on the year before is now a fall of 1,126.4.'
    """
    found, table = revisions.between(older, newer), _by_column(older, newer)
    withdrawn = found[found["kind"] == "withdrawn"]
    return [
        summary(older, newer),
        *(_of_column(row) for row in table.data.to_dict("records")),
        *_first(f"{_figure(row)}: {_number(row.before)} was withdrawn." for row in withdrawn.itertuples()),
        *_first(_turned(revisions.turned(older, newer), newer)),
    ]


def summary(older, newer):
    """Return in a sentence or more how much of what two releases share was changed, and of which columns most was."""
    table = revisions.by_column(older, newer)
    changed, shared = (int(table[name].sum()) for name in ("changed", "shared"))
    ends = f"the releases to {older.latest} and to {newer.latest}"
    if older.latest == newer.latest:
        ends = f"the former and the new release to {newer.latest}"
    if not shared:
        return f"No figure is in both {ends}."
    others = {kind: int(table[kind].sum()) for kind in ("withdrawn", "added")}
    rest = [f"{words.amount(count, '')} {_was(count)} {kind}" for kind, count in others.items() if count]
    most = [
        f"Most of the {label(row.column)} changed ({words.amount(row.changed, '')} of {words.amount(row.shared, 'figures')}): "
        "perhaps a change of definition."
        for row in table[table["most"]].itertuples()
    ]
    share = words.amount(100 * changed / shared, "percent", 2)
    counted = f"{words.amount(changed, '')} ({share}) {'differs' if changed == 1 else 'differ'}"
    told = f"Of {words.amount(shared, 'figures')} that both {ends} have, {counted}{f'; {words.listed(rest)}' if rest else ''}."
    return " ".join([told, *most])


def _was(count):
    return "was" if count == 1 else "were"


def _by_column(older, newer):
    """Return a table of the columns with revisions, the most revised first."""
    table = revisions.by_column(older, newer)
    revised = table[table[["changed", "withdrawn", "added"]].any(axis=1)].sort_values(
        "share", ascending=False, kind="stable"
    )
    columns = {
        "column": Column("figure", say=lambda row: label(row["column"])),
        "shared": Column("in both", decimals=0),
        "changed": Column("changed", decimals=0),
        "share": Column("of those in both", say=lambda row: _share(row["share"])),
        "largest": Column("largest change", say=lambda row: _number(row["largest"]) if row["changed"] else "–"),
        "withdrawn": Column("withdrawn", decimals=0),
        "added": Column("added", decimals=0),
    }
    title = f"Revised figures of all areas, release to {older.latest} beside that to {newer.latest}"
    return Table(revised.reset_index(drop=True), title, (f"Sources: {older.name}; {newer.name}",), columns)


def _of_column(row):
    """Return a row of the table by column in a sentence."""
    parts = [f"{words.amount(row['changed'], '')} of {words.amount(row['shared'], 'figures')} changed"]
    parts += [f"by {_number(row['largest'])} at most"] if row["changed"] else []
    parts += [f"{words.amount(row[kind], '')} {kind}" for kind in ("withdrawn", "added") if row[kind]]
    return f"{words.upper(label(row['column']))}: {', '.join(parts)}."


def _turned(turned, newer):
    """Yield a sentence for each change on the year before that now goes the other way."""
    for row in turned.assign(name=newer.areas.loc[turned["area"], "name"].to_numpy()).itertuples():
        yield f"{_figure(row)}: {_way(row.before)} on the year before is now {_way(row.after)}."


def _way(change):
    return f"a {'rise' if change > 0 else 'fall'} of {_number(abs(change))}"


def _figure(row):
    return f"{row.name}, {label(row.column)}, {row.year}"


def _first(lines):
    """Return the first of many lines, and how many more there are."""
    lines = list(lines)
    more = len(lines) - MANY
    return [*lines[:MANY], *([f"And {words.amount(more, 'such lines')} more."] if more > 0 else [])]


def _share(share):
    return "–" if pd.isna(share) else words.amount(100 * share, "percent", 1)


def _number(value, decimals=1):
    return "–" if pd.isna(value) else words.amount(value, "", decimals)


def _places(context):
    areas = context.release.areas
    return {context.area, areas.loc[context.area, "region"], *areas.index[areas["level"] == "National"]}


def _shows(row):
    """Tell whether a rate without what is set aside is another at the decimals published."""
    return _number(row.published) != _number(row.without)


def _not_given(off, one):
    """Return a sentence and a table of the rates that their counts do not give; nothing where there is none."""
    if off.empty:
        return ()
    columns = {
        "name": Column("area"),
        "year": _YEAR,
        "measure": Column("rate"),
        "published": Column("as published", decimals=1),
        "low": Column("the counts allow", say=lambda row: f"{_number(row['low'], 2)} to {_number(row['high'], 2)}"),
        "explained_by": Column("it comes out without", say=lambda row: row["explained_by"] or "–"),
    }
    said = "These published rates do not follow from the counts beside them. Some do where certain authorities are left out."
    return Text((said,)), _table(off, "Rates that their own counts do not give", one, columns)


def _set_aside(context):
    """Return a sentence and a table of the authority's figures that cannot be true; nothing where there is none."""
    one = context.release
    found = one.reasons.xs(context.area, level="area").stack()
    found = found[found.str.startswith(checks.SUSPECT)]
    if found.empty:
        return ()
    published = one.as_published.xs(context.area, level="area").stack()
    table = found.str.removeprefix(f"{checks.SUSPECT}: ").rename("reason").rename_axis(["year", "column"]).reset_index()
    table["published"] = [published.get(place, float("nan")) for place in found.index]
    columns = {
        "year": _YEAR,
        "column": Column("figure", say=lambda row: label(row["column"])),
        "published": Column("as published"),
        "reason": Column("why it cannot be true"),
    }
    said = f"These figures of {context.name} cannot be true. They are set aside and not used."
    return Text((said,)), _table(table, f"Figures of {context.name} that are set aside", one, columns)


def _without(found, one):
    """Return a sentence and a table of rates that would be others without what is set aside; nothing where there is none."""
    if found.empty:
        return ()
    columns = {
        "name": Column("area"),
        "year": _YEAR,
        "measure": Column("rate"),
        "published": Column("as published", decimals=1),
        "without": Column("without these authorities", decimals=1),
        "left_out": Column("authorities whose counts are set aside"),
    }
    said = "These published rates include authorities whose counts are set aside. Without them the rates would be different."
    return Text((said,)), _table(found, "Rates with and without the authorities set aside", one, columns)


def _table(found, title, one, columns):
    return Table(found.reset_index(drop=True), title, (f"Source: {one.name}",), columns)


def _one_by_one(context, mine):
    columns = {
        "name": Column("area"),
        "year": Column("year", say=lambda row: str(row["year"])),
        "column": Column("figure", say=lambda row: label(row["column"])),
        "before": Column(f"release to {context.earlier.latest}", decimals=1),
        "after": Column(f"release to {context.release.latest}", decimals=1),
        "kind": Column("what"),
    }
    title = f"Revised figures of {context.name}, its region and England"
    sources = f"Sources: {context.earlier.name}; {context.release.name}"
    return Table(mine.reset_index(drop=True), title, (sources,), columns)
