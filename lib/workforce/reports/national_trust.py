"""Sections of the national context on how far to trust the statistics: what does not hold together, and what was revised."""

import pandas as pd

from workforce import words
from workforce.display import Column, Section, Table, Text
from workforce.national import checks, revisions
from workforce.national.measures import label

MANY = 10  # of a kind, told one by one: the table of all has the rest


def trust(context):
    """Return what of the release does not hold together: rates that their counts do not give, figures that cannot be.

    With it what the rates of the region and of England would be without what is set aside.
    """
    one, here = context.release, _places(context)
    off, every = one.disagreements, one.reasons.stack()
    mine = [_disagreement(row) for row in off[off["area"].isin(here)].itertuples()]
    suspects = one.reasons.xs(context.area, level="area").stack()
    suspects = suspects[suspects.str.startswith(checks.SUSPECT)]
    mine += [f"{label(column)}, {year}: {reason}; set aside." for (year, column), reason in suspects.items()]
    without = checks.without_set_aside(one)
    mine += [_without(row) for row in without[without["area"].isin(here)].itertuples() if _shows(row)]
    count = words.amount(len(off), "rates")
    said = (
        f"Of all published rates of the release, {count} {'does' if len(off) == 1 else 'do'} not follow from the counts "
        f"beside {'it' if len(off) == 1 else 'them'} at any rounding, and "
        f"{words.amount(int(every.str.startswith(checks.SUSPECT).sum()), 'cells')} cannot be true and are not used."
    )
    told = "Those of this authority, its region and England:"
    return Text(
        (said, told if mine else "They are of other areas than this authority, its region and England."), tuple(mine)
    )


def revised(context):
    """Return which figures the release before had otherwise: of all areas by measure, of this one and its own one by one."""
    older, newer = context.earlier, context.release
    if older is None:
        return Text(("There is no earlier release to tell revisions by.",))
    found, here = revisions.between(older, newer), _places(context)
    mine = found[found["area"].isin(here)]
    turned = revisions.turned(older, newer)
    others = len(found) and not (mine["area"] == context.area).any()
    own = f"None of these figures is of {context.name}." if others else ""
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
    return told + (in_words(older, one) if older is not None else [])


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


def _number(value):
    return "–" if pd.isna(value) else words.amount(value, "", 1)


def _places(context):
    areas = context.release.areas
    return {context.area, areas.loc[context.area, "region"], *areas.index[areas["level"] == "National"]}


def _shows(row):
    """Tell whether a rate without what is set aside is another at the decimals published."""
    return _number(row.published) != _number(row.without)


def _without(row):
    return (
        f"{row.name}, {row.measure}, {row.year}: {_number(row.published)} is published; it would be {_number(row.without)} "
        f"without {row.left_out}, whose counts are set aside."
    )


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


def _disagreement(row):
    explained = f"; that rate comes out without {row.explained_by}" if row.explained_by else ""
    return (
        f"{row.name}, {row.measure}, {row.year}: {_number(row.published)} is published, where the counts agree with "
        f"{words.amount(row.low, '', 2)} to {words.amount(row.high, '', 2)}{explained}."
    )
