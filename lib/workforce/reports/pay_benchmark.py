"""Sections of the notebook that asks how a council's pay for social workers compares."""

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from workforce import charts, claims, data, pay, words
from workforce.display import Answer, Column, Section, Table, Text, chart
from workforce.pay_sentences import (
    UNITS,
    awards_and_gap,
    moved,
    pay_tile,
    place,
    pounds,
    price,
    said_in_part,
    stall,
    standing,
)
from workforce.reports import citation, sources, statements

_BESIDE = " beside the other councils'"


@dataclass(frozen=True, eq=False)
class Benchmark:
    """What a report on one council's pay is made of; ``prepare`` makes it.

    ``tables`` are the paper's, their scales priced as the report wants them; ``april`` is whose spine that is (None where it is
    not known), ``tables_april`` the paper's own.
    """

    authority: str
    roles: tuple[str, ...]
    basis: str
    tables: pay.Tables
    tables_april: int | None
    left_aside: pd.DataFrame
    names: dict
    source: str
    folder: object = data.DATA

    def __repr__(self):
        return f"{self.focus}, {pay.BASES[self.basis]}: {self.tables}"

    @property
    def april(self):
        """The April whose spine the scales are priced on."""
        return self.tables.april

    @property
    def scales(self):
        """The scales, priced as the report wants them."""
        return self.tables.scales

    @property
    def unit(self):
        """The unit of pay on the chosen basis."""
        return UNITS[self.basis]

    @property
    def focus(self):
        """The council's name."""
        return self.names[self.authority]

    @property
    def alone(self):
        """Whether the tables have no other council."""
        return self.scales["authority"].nunique() < 2

    def ranks(self, role, end, basis):
        """Return the ranks of one end of a role's scale on a basis, see ``pay.ranks``."""
        every = self.tables.ranks
        return every[(every["role"] == role) & (every["end"] == end) & (every["basis"] == basis)]

    def amount(self, value):
        """Return pay on the chosen basis as a sum of money; the unit stands in the words around it."""
        return words.amount(value, "GBP", 2 if self.basis == "hourly" else 0)


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters, as far as they are a list."""
    scales, spine = data.load("pay_scales", folder), data.load("pay_spine", folder)
    return {
        "authority": sorted(scales["authority"].unique()),
        "document": ["", *pay.documents(folder=folder)],
        "role": ["all", *scales["role"].unique()],
        "basis": list(pay.BASES),
        "april": [0, *sorted(int(april) for april in spine["april"].unique())],
    }


def prepare(authority, role="all", basis="annual", april=0, document="", scales="repaired", folder=data.DATA):
    """Gather what the sections need, every parameter checked.

    Parameters
    ----------
    authority : str
        One of the councils of the pay tables.
    role : str, optional
        One of their roles, or ``all``.
    basis : str, optional
        One of ``pay.BASES``.
    april : int, optional
        The April whose spine prices the scales; 0, or the tables' own April, leaves them as they are.
    document : str, optional
        The paper with the pay tables; by default the newest that has the authority.
    scales : {"repaired", "printed"}, optional
        Whether damaged cells are filled from spine and working week.
    folder : path, optional

    Raises
    ------
    ValueError
        For an unknown authority, document, role, basis, April or kind of scales, with those there are.
    """
    authority = data.slug_of(authority, folder)
    tables = pay.tables(authority, document, folder)
    roles = list(tables.printed["role"].unique())
    data.choose(role, {*roles, "all"}, "role")
    data.choose(basis, pay.BASES, "basis")
    data.choose(april, {0, *tables.spine["april"]}, "April")
    if data.choose(scales, {"repaired", "printed"}, "scales") == "printed":
        tables = replace(tables, scales=tables.printed)
    priced, left_aside = tables, tables.printed.head(0)
    if april not in (0, tables.april):
        left_aside = pay.off_spine(tables.scales, april, tables.spine)
        kept = tables.scales.drop(index=left_aside.index)
        if authority not in set(kept["authority"]):
            raise ValueError(
                f"no scale of {authority} in {tables.document} is on a point of the national spine of April {april}, so it "
                "cannot be priced; take april 0, for the scales as they are"
            )
        priced = replace(tables, scales=pay.uprate(kept, april, tables.spine), april=april)
    return Benchmark(
        authority=authority,
        roles=tuple(roles) if role == "all" else (role,),
        basis=basis,
        tables=priced,
        tables_april=tables.april,
        left_aside=left_aside,
        names=data.load("authorities", folder).set_index("slug")["name"].to_dict(),
        source=citation(tables.document, folder),
        folder=folder,
    )


def answer(report):
    """Return the answer: where the council stands at each entry, where its ladder stalls, and a tile for each role."""
    pairs = [
        (
            _position(report, role, "entry"),
            _position(report, role, "entry", "hourly" if report.basis == "annual" else "annual"),
        )
        for role in report.roles
    ]
    known = [(position, other) for position, other in pairs if position]
    said = (summary(report), stall(_rungs(report), report.focus, report.unit))
    numbers = pd.DataFrame([vars(position) for position, _ in known])
    return Answer(" ".join(said), tuple(pay_tile(*pair) for pair in known), numbers)


def details(report):
    """Return what the pay is of, whether a place rests on a salary off the spine, and which scales are told in part."""
    return Text((_used(report),), (*resting(report), *_in_part(report)))


def summary(report):
    """Return in a sentence where the council stands by entry pay: of several roles, at its best and at its worst."""
    positions = [position for role in report.roles if (position := _position(report, role, "entry"))]
    if not positions:
        return f"{report.focus}’s entry pay is not known on this basis."
    if report.alone:
        return f"{report.focus}’s is the only council’s pay in these tables, so nothing is compared."
    ordered = sorted(positions, key=lambda position: position.rank / position.councils)
    chosen = dict.fromkeys((ordered[0], ordered[-1]))
    places = words.listed([f"{place(position)} for {position.role}" for position in chosen])
    on_spine = f" on the spine of April {report.april}" if report.april != report.tables_april else ""
    return f"By {_BY_BASIS[report.basis]}{on_spine} {report.focus} is {places}."


_BY_BASIS = {
    "annual": "annual entry pay",
    "hourly": "hourly rate at entry",
    "common-week": "entry pay at a 37-hour week",
}


def lead(report):
    """Return the main chart: the scales of the role at whose entry the council stands worst."""
    positions = [position for role in report.roles if (position := _position(report, role, "entry"))]
    if not positions:
        return Text((f"{report.focus}’s entry pay is not known on this basis.",))
    worst = max(positions, key=lambda position: position.rank / position.councils)
    parts = list(_scale_range(report, worst.role))
    return parts[-1]


def resting(report):
    """Return a sentence for each place by annual entry pay that rests on a salary other than the spine's at its point."""
    if report.basis != "annual" or report.april is None or report.april != report.tables_april:
        return []
    spine = report.tables.spine
    beyond = pay.off_spine(report.scales, report.april, spine)
    priced = pay.uprate(report.scales.drop(index=beyond.index), report.april, spine)
    other = replace(report, tables=replace(report.tables, scales=pd.concat([priced, beyond]).sort_index()))
    pairs = [(_position(report, role, "entry"), _position(other, role, "entry")) for role in report.roles]
    return [
        f"Were every printed salary the national spine's at its point, {report.focus} would be {place(then)} at the entry of "
        f"the {now.role} scale, not {place(now)}."
        for now, then in pairs
        if now and then and place(now) != place(then)
    ]


def gap_costs(report):
    """Return what raising each entry to the median would cost for a full-time equivalent, on the newest April's spine."""
    newest = _on_newest_spine(report)
    roles = [role for role in report.roles if not report.alone and _position(report, role, "entry", "annual")]
    costs = [_cost(newest, role, "entry", "median", 1.0, 0.0) for role in roles]
    return Text((), tuple(price(cost, report.focus, newest.april) for cost in costs))


def _on_newest_spine(report):
    """Return the report priced on the newest April's spine, or as it is where the council's scales are on no point of it."""
    newest = int(report.tables.spine["april"].max())
    if pay.off_spine(report.scales, newest, report.tables.spine)["authority"].eq(report.authority).any():
        return report
    return prepare(report.authority, april=newest, document=report.tables.document, folder=report.folder)


def councils(document, folder=data.DATA):
    """Return in words which councils a paper's pay tables have: as its claims file says, else how many."""
    told = claims.layout(document, folder)["pay"]
    number = pay.scales(document, "printed", folder)["authority"].nunique()
    return told.get("councils") or words.amount(number, "council" if number == 1 else "councils")


def limits(report):
    """Return what limits what the paper's tables tell: of every such table, and of this paper's."""
    told = claims.layout(report.tables.document, report.folder)["pay"]
    return Text(
        (),
        (
            "The scales are minimum and maximum: where in them people are paid is not in the tables, nor are allowances, "
            "pensions or hours worked.",
            *told.get("limits", ()),
            "Roles are matched by the paper; duties and titles may differ.",
        ),
    )


def cited(report):
    """Return the citation of the paper with the tables."""
    return sources([report.tables.document], report.folder)


def scale_ranges(report):
    """Return for each role a chart of the councils' scales from entry to top, highest entry first, and their ranks."""
    return Section(tuple(part for role in report.roles for part in _scale_range(report, role)))


def ranks_by_the_hour(report):
    """Return for each role a chart of the councils' places by annual entry pay beside those by the hour, and weeks."""
    drawn = [_slope(report, role) for role in report.roles] if not report.alone else []
    return Section((*drawn, working_week_table(report)))


def career(report):
    """Return a chart of the career ladder, with each council's steps and its room to progress in each role."""
    rungs = pay.ladder(report.scales, report.basis).assign(name=lambda frame: frame["authority"].map(report.names))
    taken = [f"{role}, {end}" for role, end in pay.steps(report.scales)]
    own = rungs[rungs["authority"] == report.authority]
    if own["value"].notna().sum() < 2:
        return Section((Text((stall(own, report.focus, report.unit),)), _headroom(report)))
    figure = charts.ladder(rungs, report.unit, taken, report.focus, report.amount)
    numbers = rungs.pivot(index="name", columns="step", values="value").set_axis(taken, axis=1)
    columns = {"council": Column("council"), **{step: _pay(report, step) for step in taken}}
    title = f"{report.focus}'s career ladder{'' if report.alone else _BESIDE}, {report.unit}"
    said = ", ".join(f"{row.role} {row.end} {_known(report, row.value)}" for row in own.itertuples())
    numbers = numbers.reset_index(names="council")
    drawn = chart(figure, title, f"{report.focus}: {said}.", numbers, report.source, columns)
    tables = _with_rows(_uplifts(report, rungs), _headroom(report))
    return Section((Text((stall(own, report.focus, report.unit),)), drawn, *tables))


def _with_rows(*tables):
    return [table for table in tables if len(table.data)]


def costs(report, fte=10.0, on_costs=0.0, scp=0):
    """Return what closing the gaps would cost at both ends of each role's scale, to a point ``scp`` too if not 0."""
    targets = (*(() if report.alone else pay.TARGETS), *([scp] if scp else []))
    priced = [
        _cost(report, role, end, target, fte, on_costs)
        for role in report.roles
        for end in pay.ENDS
        for target in targets
        if _position(report, role, end, "annual")
    ]
    if not priced:
        return Text(
            ("Without another council's pay, or a point to price (scp), there is nothing to raise a scale to.",)
        )
    frame = pd.DataFrame(
        {
            "role": [one.role for one in priced],
            "end": [one.end for one in priced],
            "target": [one.target for one in priced],
            "pay": [one.pay for one in priced],
            "target_pay": [one.target_pay for one in priced],
            "per_fte": [one.per_fte for one in priced],
            "by_hour": [one.per_fte_by_hour for one in priced],
            "spine_point": pd.array([one.spine_point for one in priced]).astype("Int64"),
            "on_spine": [one.per_fte_on_spine for one in priced],
            "total": [one.total for one in priced],
        }
    )
    columns = {
        "role": _scale_column(),
        "target": Column("target"),
        "pay": Column("pay now", "GBP", 0),
        "target_pay": Column("target pay", "GBP", 0),
        "per_fte": Column("cost of one FTE", "GBP", 0),
        "by_hour": Column("the same hour for hour", "GBP", 0),
        "spine_point": Column("next point"),
        "on_spine": Column("cost at that point", "GBP", 0),
        "total": Column(f"cost of {words.amount(fte, 'FTE')}", "GBP", 0),
    }
    notes = (
        f"Assumptions: {_used(report, 'annual')}",
        "Hour for hour: the target at a common week, at this council's own hours. The next point is the first of the national "
        "spine of that April at or above the target.",
        "The median is of all councils, this one included; that of the others leaves it out. Allowances and pensions are left "
        "aside.",
        f"Every one of the {words.amount(fte, 'FTE')} is paid at that end of the scale; to raise the whole scale costs "
        "an amount between those of its two ends.",
        f"Employer's on-costs: {words.amount(100 * on_costs, 'percent')} of pay"
        + ("; none are included." if on_costs == 0 else "."),
        "A target at or below the pay now costs nothing. Other councils' pay is taken to stay as it is.",
        f"Source: {report.source}",
    )
    return Table(frame, f"What it would cost {report.focus}, GBP per year", notes, columns)


def over_time(report):
    """Return a sentence for each role on the gap to the median at entry over the Aprils, and a table of them."""
    spine, scales = report.tables.spine, pay.repair(report.tables.printed, report.tables.spine)
    awards = pay.awards(spine)
    sentences, rows = [], []
    for role in [] if report.alone else report.roles:
        gaps = pay.gaps_over_time(scales, report.authority, role, "entry", spine)
        if len(gaps):
            sentences.append(awards_and_gap(gaps, awards, report.focus, role, "entry"))
        rows += [(role, *row) for row in gaps.itertuples(index=False)]
    if not rows:
        return Text(
            (
                f"No gap of {report.focus} can be priced on the national spine: it takes its points and another council's.",
            )
        )
    frame = pd.DataFrame(rows, columns=["role", "april", "value", "median", "gap", "gap_percent", "councils"])
    columns = {
        "role": Column("role"),
        "april": Column("April", say=lambda row: str(row["april"])),
        "value": Column("entry pay", "GBP", 0),
        "median": Column("median", "GBP", 0),
        "gap": Column("gap", "GBP", 0),
        "gap_percent": Column("gap in % of the median", decimals=2),
        "councils": Column("councils"),
    }
    notes = (
        "Each council's printed entry point on the national spine of each April; points may have changed since, and a "
        "printed salary that is not the spine's at its point is not used here.",
        f"Source: the national pay spine, data/pay_spine.csv; points: {report.source}",
    )
    title = f"{report.focus}'s entry pay against the median, priced on each April's spine, GBP per year"
    return Section((Text(tuple(sentences)), Table(frame, title, notes, columns)))


def soundness(report):
    """Return how sound the printed tables are: cells off the spine, rates off the week, and cells that were filled."""
    printed, spine = report.tables.printed, report.tables.spine
    check = pay.spine_check(printed, spine)
    off = check[check["matches"] != "yes"]
    filled = pay.repair(printed, spine).query("derived != ''")
    return Section(
        (
            Text((_matching(report, check),)),
            *_with_rows(
                _off_spine_table(report, off),
                _odd_table(report, pay.odd_pairs(printed)),
                _filled_table(report, filled),
            ),
        )
    )


def _matching(report, check):
    counted = check["matches"].value_counts()
    unchecked = f"{words.amount(counted.get('cannot be checked', 0), '')} cannot be checked."
    if report.tables_april is None:
        return f"The national spine of no April gives a printed salary at its point: {unchecked}"
    return (
        f"{counted.get('yes', 0)} of {len(check)} annual salaries are those of the national spine of April "
        f"{report.tables_april} at their point; {words.amount(counted.get('no', 0), '')} are not, and {unchecked}"
    )


def paper_statements(report):
    """Return the paper's own statements about pay with their verdicts."""
    register = claims.register(document=report.tables.document, folder=report.folder)
    chosen = [claim for claim in register if claim.topic == "pay"]
    if not chosen:
        return Text(("No statement about pay is in the register for this paper.",))
    return statements(chosen, "What the paper says about pay")


def working_week_table(report):
    """Return a table of the councils' working weeks and of the hours that their printed rates allow."""
    weeks = pay.working_weeks(report.tables.printed).drop(columns="document")
    if weeks.empty:
        return Text(("The tables print no annual salary with its hourly rate, so working weeks are not known.",))
    columns = {
        "authority": _council(report),
        "week": Column("working week"),
        "hours_low": Column("hours, from", decimals=4),
        "hours_high": Column("hours, to", decimals=4),
        "inconsistent_pairs": Column("pairs that do not fit"),
    }
    notes = (
        "The hours at which annual pay over 365/7 weeks gives the printed rates, to the penny, over all the tables.",
        *_source_note(report),
    )
    return Table(weeks, "Working weeks that the printed pay implies", notes, columns)


def _used(report, basis=None):
    filled = ", as printed"
    if "derived" in report.scales:
        filled = f", {words.amount(_counted_filled(report), '')} damaged cells filled in"
    on_spine = f", on the spine of April {report.tables_april}" if report.tables_april else ", on no national spine"
    as_at = claims.layout(report.tables.document, report.folder)["pay"].get("as_at")
    whose = f"{councils(report.tables.document, report.folder)}{f', {as_at}' if as_at else ''}"
    said = f"The printed scales of {whose}{on_spine}{filled}"
    if report.april != report.tables_april:
        said += f", priced on the spine of April {report.april}"
        if len(report.left_aside):
            cells = [f"{report.names[row.authority]}, {row.role}, {row.end}" for row in report.left_aside.itertuples()]
            said += f"; left aside, since they are on no point of it: {words.listed(cells)}"
    return f"{said}. Pay is {pay.BASES[basis or report.basis]}."


def _counted_filled(report):
    return sum(len(columns.split(", ")) for columns in report.scales["derived"] if columns)


def _position(report, role, end, basis=None):
    """Return the council's position, or None where its pay is not known on this basis."""
    basis = basis or report.basis
    ranks = report.ranks(role, end, basis)
    known = report.authority in set(ranks["authority"])
    return pay.position(report.authority, role, end, basis, ranks) if known else None


def _in_part(report):
    """Return sentences on scales that the paper tells in part only."""
    mine = pay.partial_scales(report.tables.printed)
    return said_in_part(mine[mine["role"].isin(report.roles)], report.names)


def _rungs(report):
    rungs = pay.ladder(report.scales, report.basis)
    return rungs[rungs["authority"] == report.authority]


def _cost(report, role, end, target, fte, on_costs):
    return pay.cost(report.authority, role, end, target, fte, on_costs, report.tables)


def _scale_range(report, role):
    ends = pay.headroom(report.scales, role, report.basis).dropna(subset="entry")
    ends = ends.assign(name=ends["authority"].map(report.names)).sort_values(["entry", "top"], ascending=False)
    positions = [_position(report, role, end) for end in pay.ENDS]
    said = " ".join(standing(position, report.focus) for position in positions if position)
    yield Text((said or f"{report.focus}'s pay for {role} is not known on this basis.",))
    if len(ends) < 2:
        return
    figure = charts.ranges(
        ends.rename(columns={"entry": "low", "top": "high"}), report.unit, report.focus, report.amount
    )
    tables = {end: report.ranks(role, end, report.basis).set_index("authority") for end in pay.ENDS}
    places = {end: table[["rank", "tied"]].add_suffix(f"_{end}") for end, table in tables.items()}
    numbers = (
        ends[["authority", "entry", "top"]].set_index("authority").join([*places.values(), tables["entry"]["gap"]])
    )
    kinds = {f"{name}_{end}": kind for end in pay.ENDS for name, kind in (("rank", "Int64"), ("tied", "boolean"))}
    numbers = numbers.astype(kinds).reset_index()
    columns = {
        "authority": _council(report),
        **{end: _pay(report, end) for end in pay.ENDS},
        **{f"rank_{end}": Column(f"rank by {end}", say=partial(_rank, end)) for end in pay.ENDS},
        "gap": Column("gap of entry to median", say=lambda row: report.amount(row["gap"])),
    }
    title = f"{role}: scales from entry to top, {pay.BASES[report.basis]}"
    drawn = ", ".join(
        f"{row.name} {report.amount(row.entry)} to {_known(report, row.top)}" for row in ends.itertuples()
    )
    yield chart(figure, title, f"{drawn}.", numbers, report.source, columns)


def _known(report, value):
    return "not known" if pd.isna(value) else report.amount(value)


def _rank(end, row):
    if pd.isna(row[f"rank_{end}"]):
        return "–"
    return f"{'=' if row[f'tied_{end}'] else ''}{row[f'rank_{end}']}"


def _pay(report, name, header=None):
    """Return how a column of pay on the report's basis is shown, under its own name or another header."""
    return Column(header or name, report.unit, say=lambda row: _known(report, row[name]))


def _council(report):
    """Return how a column of councils is shown: by their names."""
    return Column("council", say=lambda row: report.names[row["authority"]])


def _scale_column():
    """Return how a scale is shown, whose role and end stand in two columns."""
    return Column("scale", say=lambda row: f"{row['role']}, {row['end']}")


def _slope(report, role):
    ranks = [report.ranks(role, "entry", basis).set_index("authority")["rank"] for basis in ("annual", "hourly")]
    frame = pd.concat(ranks, axis=1, keys=["first", "second"]).dropna().astype(int).reset_index()
    if len(frame) < 2:
        return Text(
            (
                f"{role}: pay by the year and by the hour is not known of two councils, so their places are not compared.",
            )
        )
    frame["name"] = frame["authority"].map(report.names)
    names = ("rank by annual pay", "rank by hourly rate")
    positions = [_position(report, role, "entry", basis) for basis in ("annual", "hourly")]
    said = moved(*positions, report.focus) if all(positions) else f"{report.focus}'s pay is not known on both bases."
    numbers = frame[["name", "first", "second"]].set_axis(["council", "annual", "hourly"], axis=1)
    columns = {"council": Column("council"), "annual": Column(names[0]), "hourly": Column(names[1])}
    each = "; ".join(f"{name} {first} and {second}" for name, first, second in numbers.to_numpy())
    title = f"{role}, entry: place by the year and by the hour. {said.removesuffix('.')}"
    figure = charts.slopes(frame, names, report.focus)
    return chart(figure, title, f"{names[0]} and {names[1]}: {each}.", numbers, report.source, columns)


def _uplifts(report, rungs):
    own = rungs[rungs["authority"] == report.authority].dropna(subset="uplift")
    median = rungs.groupby("step")["uplift"].median()
    frame = own[["role", "end", "value", "uplift", "uplift_percent"]].assign(median=own["step"].map(median))
    columns = {
        "role": Column("step", say=lambda row: f"to {row['role']}, {row['end']}"),
        "value": _pay(report, "value", "pay"),
        "uplift": _pay(report, "uplift", "uplift"),
        "uplift_percent": Column("uplift in %", "percent"),
        "median": _pay(report, "median", "median uplift of the councils"),
    }
    title = f"{report.focus}: the steps of the ladder, {report.unit}"
    return Table(frame.reset_index(drop=True), title, _source_note(report), columns)


def _headroom(report):
    rooms = {
        role: pay.headroom(report.scales, role, report.basis).set_index("authority")["headroom"]
        for role in report.roles
    }
    frame = pd.DataFrame(
        {
            "role": list(rooms),
            "headroom": [room.get(report.authority) for room in rooms.values()],
            "median": [room.median() for room in rooms.values()],
        }
    )
    columns = {
        "role": Column("role"),
        "headroom": _pay(report, "headroom", "top less entry"),
        "median": _pay(report, "median", "median of the councils"),
    }
    return Table(frame, f"{report.focus}: room to progress in a role, {report.unit}", _source_note(report), columns)


def _source_note(report):
    return (f"Source: {report.source}",)


def _off_spine_table(report, off):
    found = {"no": "not the spine's", "cannot be checked": "cannot be checked"}
    columns = {
        "authority": _council(report),
        "role": _scale_column(),
        "scp": Column("point"),
        "printed": Column("printed", "GBP", 0),
        "spine": Column(f"spine of April {report.tables_april or '–'}", "GBP", 0),
        "matches": Column("found", say=lambda row: found[row["matches"]]),
        "explained_by": Column("explained by"),
    }
    return Table(off, "Annual salaries that are not the spine's", _source_note(report), columns)


def _odd_table(report, odd):
    columns = {
        "authority": _council(report),
        "role": _scale_column(),
        "annual": Column("annual", "GBP", 0),
        "hourly": Column("printed rate", say=lambda row: _rate(row["hourly"])),
        "should_be": Column("rate at its week", say=lambda row: _rate(row["should_be"])),
        "fits": Column("fits the week of", say=lambda row: _names(report, row["fits"])),
    }
    return Table(odd, "Hourly rates that do not fit their council's week", _source_note(report), columns)


def _names(report, slugs):
    return words.listed([report.names[slug] for slug in slugs.split(", ")]) if slugs else "none"


def _filled_table(report, filled):
    columns = {
        "authority": _council(report),
        "role": _scale_column(),
        "scp": Column("point"),
        "annual": Column("annual", "GBP", 0),
        "hourly": Column("hourly", say=lambda row: _rate(row["hourly"])),
        "derived": Column("filled in"),
        "method": Column("how"),
    }
    frame = filled[["authority", "role", "end", "scp", "annual", "hourly", "derived", "method"]]
    return Table(frame, "Cells filled in, derived and not printed", _source_note(report), columns)


def _rate(value):
    return "–" if pd.isna(value) else pounds(value, "GBP per hour")
