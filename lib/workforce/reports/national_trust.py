"""Sections of the national context on how far to trust the statistics: what does not hold together, and what was revised."""

from workforce import words
from workforce.display import Column, Section, Table, Text
from workforce.national import checks, revisions
from workforce.national.measures import label
from workforce.national.revisions import KINDS


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
    """Return which figures the release before had otherwise: of all areas in a sentence, of this one and its own in a table."""
    if context.earlier is None:
        return Text(("There is no earlier release to tell revisions by.",))
    found = revisions.between(context.earlier, context.release)
    mine = found[found["area"].isin(_places(context))]
    own = [] if (mine["area"] == context.area).any() else [f"None of them is of {context.name}."]
    said = Text((" ".join([*in_words(context.earlier, context.release, found), *own]),))
    return Section((said, *([_table(context, mine)] if len(mine) else [])))


def in_words(older, newer, found):
    """Return in sentences how much of what two releases share was changed, and of which columns most was.

    Parameters
    ----------
    older, newer : Release
    found : pandas.DataFrame
        As ``revisions.between`` returns it.
    """
    columns, counted = revisions.by_column(older, newer), found["kind"].value_counts()
    changed, shared = (int(columns[name].sum()) for name in ("changed", "shared"))
    turned = len(revisions.turned(older, newer))
    rest = [
        f"{words.amount(int(counted[kind]), '')} {_was(counted[kind])} {kind}" for kind in KINDS[1:] if kind in counted
    ]
    return [
        f"Of {words.amount(shared, 'figures')} that the releases to {older.latest} and to {newer.latest} both have, "
        f"{words.amount(changed, '')} ({words.amount(100 * changed / shared, 'percent', 2)}) differ"
        f"{f'; {words.listed(rest)}' if rest else ''}.",
        f"{'No change' if not turned else words.amount(turned, 'changes')} on the year before now "
        f"{'goes' if turned < 2 else 'go'} the other way.",
        *(
            f"Of {label(row.column)} {words.amount(row.changed, '')} of {words.amount(row.shared, 'figures')} changed, so "
            "perhaps its definition did."
            for row in columns[columns["most"]].itertuples()
        ),
    ]


def _was(count):
    return "was" if count == 1 else "were"


def _places(context):
    areas = context.release.areas
    return {context.area, areas.loc[context.area, "region"], *areas.index[areas["level"] == "National"]}


def _shows(row):
    """Tell whether a rate without what is set aside is another at the decimals published."""
    return round(row.published, 1) != round(row.without, 1)


def _without(row):
    return (
        f"{row.name}, {row.measure}, {row.year}: {words.amount(row.published, '', 1)} is published; it would be "
        f"{words.amount(row.without, '', 1)} without {row.left_out}, whose counts are set aside."
    )


def _table(context, mine):
    columns = {
        "name": Column("area"),
        "year": Column("year", say=lambda row: str(row["year"])),
        "column": Column("figure", say=lambda row: label(row["column"])),
        "before": Column(f"release to {context.earlier.latest}", decimals=1),
        "after": Column(f"release to {context.release.latest}", decimals=1),
        "kind": Column("what"),
    }
    title = f"Revised figures of {context.name}, its region and England"
    return Table(
        mine.reset_index(drop=True), title, (f"Sources: {context.earlier.name}; {context.release.name}",), columns
    )


def _disagreement(row):
    explained = f"; that rate comes out where {row.explained_by} is left out" if row.explained_by else ""
    return (
        f"{row.name}, {row.measure}, {row.year}: {words.amount(row.published, '', 1)} is published, where the counts agree with "
        f"{words.amount(row.low, '', 2)} to {words.amount(row.high, '', 2)}{explained}."
    )
