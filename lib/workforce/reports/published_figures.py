"""Sections of the notebook that asks whether an authority's published figures add up."""

import re
from collections import Counter
from functools import lru_cache, partial
from operator import itemgetter

import pandas as pd

from workforce import charts, claims, data, words
from workforce.claims import Verdict, sentences
from workforce.display import Answer, Column, Section, Table, Text, Tile, chart
from workforce.national import release
from workforce.reports import authorities, citation, documents, drawn_from, statements, year_of

NO_PAPER = Text(("No paper of this authority is in the project yet.",))
NEXT_STEP = Text(
    (
        "No paper of this authority is in the project yet, so nothing is checked here. What the national statistics say of it "
        "is in the report on the national context.",
        "To check one of its papers takes rows of data and a file of claims, and no code; data/README.md has every step:",
    ),
    (
        "a row in data/documents.csv for the paper, and in data/authorities.csv for the authority;",
        "a row in data/observations.csv for each number that nothing else in the paper implies;",
        "data/claims/<slug>.yml with what the paper says, and how each figure might have been worked out;",
        "`workforce check` until nothing is wrong, then `workforce run --notebook 01_published_figures --authority <slug>`.",
    ),
)
_MANY = 20
_LEAD = 6  # rows of the main chart, which is to fit a first screen
_MARKS = {Verdict.OTHERWISE: "†", Verdict.DOES_NOT: "✗", Verdict.CANNOT: "?", Verdict.AMBIGUOUS: "~"}
_FURTHER = "‡§‖¶"  # of what a claims file marks, in order; the last is for an input that looks misprinted
_POUNDS = ("GBP", "GBP per year", "GBP per hour")


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters: the authorities with a paper, and all others of England."""
    one, with_papers = release.newest(), every(folder)
    others = set(one.areas.loc[one.authorities(), "slug"]) - set(with_papers)
    return {"authority": [*with_papers, *sorted(others)]}


def every(folder=data.DATA):
    """Return the authorities with a paper: of whom there is something to report."""
    return authorities(folder)


def register(authority, folder=data.DATA):
    """Return the claims of an authority's papers, none where the project has no paper of it.

    Raises ValueError for an authority that is neither in the project nor in the national statistics.
    """
    authority = data.choose(_slug(authority, folder), choices(folder)["authority"], "authority")
    return claims.register(authority, folder=folder) if authority in authorities(folder) else claims.Register()


def _slug(authority, folder):
    """Return the short name of an authority of the project or of the newest release, given by any name or code."""
    slug = data.slug_of(authority, folder)
    try:
        one = release.newest()
        return slug if slug in authorities(folder) else one.areas.loc[one.find(str(slug)), "slug"]
    except ValueError:  # it is told with the valid ones
        return slug


def answer(register, folder=data.DATA):
    """Return the answer: how many figures hold as stated, where the others stand, and a tile for each verdict."""
    if not register:
        return NEXT_STEP
    mine = papers_of(register)
    counts = claims.counts(mine).sum()
    name = words.spoken(data.paper(mine[0].document, folder)["name"])
    whose = f"{name}’s {'papers' if len(documents(mine)) > 1 else 'paper'}"
    said = [sentences.held(counts, whose), sentences.where_missed(mine, partial(year_of, folder=folder))]
    return Answer(" ".join(filter(None, said)), tuple(_tiles(mine, counts, folder)), claims.counts(mine))


def papers_of(register):
    """Return the claims of a register that are of one paper each, not between papers or beside the statistics."""
    return [claim for claim in register if claim.document not in claims.COMPARISONS]


_TILES = {
    Verdict.REPRODUCES: "hold as stated",
    Verdict.OTHERWISE: "hold only if read otherwise",
    Verdict.DOES_NOT: "do not hold",
    Verdict.AMBIGUOUS: "are ambiguous",
    Verdict.CANNOT: "cannot be checked",
}


def _tiles(register, counts, folder):
    by_paper = claims.counts(register)
    for verdict, label in _TILES.items():
        shares = by_paper.loc[by_paper[verdict] > 0, verdict]
        told = [f"paper of {year_of(document, folder)}: {count}" for document, count in shares.items()]
        yield Tile(label, words.amount(counts[verdict], ""), "; ".join(told) if len(by_paper) > 1 else "")


def lead(register, folder=data.DATA):
    """Return the main chart: printed numbers beside what they come to, of the unit with most, else the papers' first chart."""
    if not register:
        return NO_PAPER
    wrong = _wrong(register)
    several = wrong[wrong.groupby("unit")["unit"].transform("size") > 1] if len(wrong) else wrong
    if len(several):
        unit = several["unit"].value_counts().index[0]
        part = several[several["unit"] == unit]
        widest = (part["second"] - part["first"]).abs().sort_values(ascending=False).index[:_LEAD]
        return _beside(unit, part.loc[sorted(widest)])
    return next(iter(paper_charts(register, folder).parts))


def missed(register, folder=data.DATA):
    """Return a table of the figures that do not hold as stated, those that hold under another reading first, and misprints."""
    if not register:
        return NO_PAPER
    by_id = {claim.id: claim for claim in register}
    odd = [sentences.misprint(one, by_id) for one in _misprints(register, folder)]
    chosen = [claim for verdict in sentences.MISSED for claim in register if claim.verdict is verdict]
    if not chosen:
        return Text(("Every figure that can be checked holds as stated.",))
    told = [Text(tuple(odd))] if odd else []
    return Section((*told, statements(chosen, "Figures that do not hold as stated")))


def verdicts(register):
    """Return a table of the number of claims by paper and verdict."""
    if not register:
        return NO_PAPER
    table = claims.counts(register).reset_index(names="paper")
    notes = [
        f"In {document}, {_mostly(document, register)}."
        for document in documents(register)
        if _mostly(document, register)
    ]
    return Table(table, "Statements by paper and verdict", (*notes, "Source: the register of claims, data/claims"))


def printed_tables(register, folder=data.DATA):
    """Return each table of the papers as a reader knows it, with the cells that do not reproduce marked."""
    if not register:
        return NO_PAPER
    tables = [table for document in documents(register) for table in _printed_tables(document, register, folder)]
    return Section(tuple(tables) or (Text(("The papers print no tables.",)),))


def paper_charts(register, folder=data.DATA):
    """Return a chart of each thing that matters most in the papers, as their claims files name it."""
    if not register:
        return NO_PAPER
    sections = [
        _paper_chart(document, described, frame, folder)
        for document in documents(register)
        for described, frame in claims.charts(document, folder)
    ]
    return Section(tuple(sections) or (Text(("The papers hold no series to draw.",)),))


def printed_beside_stated(register):
    """Return a chart of each unit with several printed numbers that do not reproduce, beside what they would be."""
    if not register:
        return NO_PAPER
    frame = _wrong(register)
    if frame.empty:
        return Text(("No printed number differs from what its words would make it.",))
    units = frame.groupby("unit", sort=False)
    return Section(tuple(_beside(unit, part) for unit, part in units if len(part) > 1))


def _wrong(register):
    """Return the printed numbers that do not hold as stated, a row each: ``unit, category, first, second, note``."""
    rows = [
        {
            "unit": claim.unit,
            "category": claim.where.replace(" > ", ", "),
            "first": float(claim.published),
            "second": claim.as_stated.value,
            "note": claim.note,
        }
        for claim in register
        if claim.verdict in sentences.MISSED and claim.interval is None
    ]
    return pd.DataFrame(rows)


def unsettled(register):
    """Return a table of the statements that are ambiguous, and one of those that cannot be checked."""
    if not register:
        return NO_PAPER
    groups = {verdict: [claim for claim in register if claim.verdict is verdict] for verdict in _UNSETTLED}
    tables = [statements(group, _UNSETTLED[verdict]) for verdict, group in groups.items() if group]
    return Section(tuple(tables) or (Text(("Every statement can be checked.",)),))


_UNSETTLED = {
    Verdict.AMBIGUOUS: "Statements that are ambiguous",
    Verdict.CANNOT: "Statements that cannot be checked",
}


def remarks(register):
    """Return a table of what a reader should know of statements that reproduce, a row for each remark."""
    if not register:
        return NO_PAPER
    told = {}
    for claim in register:
        if claim.verdict is Verdict.REPRODUCES and claim.note:
            told.setdefault(claim.note, []).append(claim)
    rows = [
        (
            f"{places(group)} ({group[0].document})",
            group[0].says if len(group) == 1 else f"{len(group)} statements",
            note,
        )
        for note, group in told.items()
    ]
    if not rows:
        return Text(("There is nothing more to know of the statements that reproduce.",))
    frame = pd.DataFrame(rows, columns=["where", "statement", "remark"])
    return Table(frame, "Statements that reproduce, with something to know of them", ("Each remark stands once.",))


def places(group):
    """Return where several claims stand, in a few words: the tables or paragraphs, each once."""
    return words.listed(list(dict.fromkeys(claim.where.split(" > ")[0] for claim in group)))


def _misprints(register, folder):
    found = [_suspected(document, tuple(register), folder) for document in documents(register)]
    return [one for one in found if one]


@lru_cache(maxsize=16)
def _suspected(document, register, folder):
    return claims.misprints.suspected(document, register, folder)


def _mostly(document, register):
    """Return how many statements are of the topics that weigh in a paper's tally; an empty text without such a topic."""
    topics = Counter(claim.topic for claim in register if claim.document == document and claim.topic)
    return words.listed([f"{count} are {topic}" for topic, count in topics.items() if count >= _MANY] or [""])


def _printed_tables(document, register, folder):
    described = claims.layout(document, folder)["tables"]
    cells = claims.cells(document, register, folder)
    marked = _further_marks(document, register, folder)
    signs = {where: sign for sign, _, places in marked for where in places}
    cells = cells.assign(
        sign=[signs.get(" > ".join(place), "") for place in cells[["table", "row", "column"]].itertuples(index=False)],
        text=[_as_printed(text, unit) for text, unit in zip(cells["printed"], cells["unit"], strict=True)],
    )
    shown = zip(cells["text"], cells["verdict"].map(_mark), cells["sign"], strict=True)
    cells["text"] = [" ".join(filter(None, parts)) for parts in shown]
    cells["number"] = pd.to_numeric(cells["printed"], errors="coerce")
    for name, part in cells.groupby("table", sort=False):
        about = described.get(name, {})
        columns = about.get("columns") or list(part["column"].unique())
        rows = _in_order(part["row"], about.get("rows", ()))
        numbers, texts = (
            part.pivot(index="row", columns="column", values=values).reindex(index=rows, columns=columns)
            for values in ("number", "text")
        )
        grid = pd.concat(
            [numbers, texts.astype(object).where(texts.notna(), "").rename(columns=_as_shown)], axis=1
        ).reset_index(names="row")
        further = [f"{sign} {means}" for sign, means, _ in marked if sign in set(part["sign"])]
        notes = (*about.get("notes", ()), *_legend(part, further), f"Source: {citation(document, folder)}, {name}")
        cells_of = {column: Column(column, say=itemgetter(_as_shown(column))) for column in columns}
        yield Table(grid, about.get("title", name), notes, {"row": Column(name), **cells_of})


def _as_shown(column):
    return f"{column}, as printed"


def _in_order(rows, first):
    """Return the names of a table's rows, those that the claims file orders first."""
    return list(dict.fromkeys([*(name for name in first if name in set(rows)), *rows]))


def _further_marks(document, register, folder):
    """Return the marks of a paper's cells besides verdicts: sign, meaning and places."""
    marked = claims.marks(document, folder)
    odd = _suspected(document, tuple(register), folder)
    if odd:
        marked = [*marked, ("looks misprinted, see what was found", (odd.where,))]
    return [(sign, means, places) for sign, (means, places) in zip(_FURTHER, marked, strict=False)]


def _as_printed(text, unit):
    """Return a cell as papers print it: pounds and per cent with their signs, thousands set apart."""
    if pd.isna(text):
        return "lost"
    ends = [_NUMBER.fullmatch(end) for end in text.split(" to ")]  # one number, or the two of a range
    return " to ".join(_with_signs(end, unit) for end in ends) if all(ends) else text


_NUMBER = re.compile(r"(?P<minus>-?)(?P<whole>\d+)(?P<decimals>(\.\d+)?)")


def _with_signs(found, unit):
    number = f"{int(found['whole']):,}{found['decimals']}"
    number = f"£{number}" if unit in _POUNDS else f"{number}%" if unit == "percent" else number
    return f"{found['minus']}{number}"


def _mark(verdict):
    return _MARKS.get(verdict, "")


def _legend(cells, further):
    """Yield a note on the marks that a table has, and one on cells that the copy has lost."""
    marks = [f"{mark} {verdict}" for verdict, mark in _MARKS.items() if verdict in set(cells["verdict"])]
    if marks or further:
        yield f"Marks: {'; '.join([*marks, *further])}."
    if cells["printed"].isna().any():
        yield "Lost: damaged in the copy."


def _paper_chart(document, described, frame, folder):
    frame = frame.assign(category=frame["category"].map(words.period))
    description = words.describe(frame, described["unit"])
    if len(frame) < 2:  # one bar is no chart
        return Text((description,))
    figure = charts.bars(frame, described["unit"], lambda value: words.amount(value, ""))
    numbers = frame[["category", "series", "value"]]
    return chart(figure, described["title"], description, numbers, drawn_from(document, frame, folder))


def _beside(unit, part):
    def label(value):
        return words.amount(value, unit)

    def short(value):  # the unit is that of the axis
        return label(value).partition(" ")[0]

    title = f"Printed, and worked out as stated ({unit})"
    figure = charts.pairs(part, unit, ("as printed", "worked out as stated"), short)
    numbers = part[["category", "first", "second"]]
    columns = {
        "category": Column("figure"),
        "first": Column("printed", unit),
        "second": Column("as stated", unit),
    }
    description = " ".join(
        f"{row.category}: printed {label(row.first)}, as stated {label(row.second)}." for row in part.itertuples()
    )
    drawn = chart(figure, title, description, numbers, "the register of claims, data/claims", columns)
    notes = tuple(dict.fromkeys(part["note"][part["note"] != ""]))
    return Section((drawn, Text(notes))) if notes else drawn
