"""Sections of the notebook that asks how a council's pay for social workers compares."""

from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd

from workforce import charts, claims, data, pay, words
from workforce.display import Column, Section, Table, Text, chart
from workforce.reports import citation, statements

UNITS = {"annual": "GBP per year", "hourly": "GBP per hour", "common-week": "GBP per year"}
ENDS = ("entry", "top")
STEP_NAMES = [f"{role}, {end}" for role, end in pay.STEPS]


@dataclass(frozen=True)
class Benchmark:
    """What a report on one council's pay is made of; ``prepare`` makes it."""

    authority: str
    roles: tuple[str, ...]
    basis: str
    april: int
    tables_april: int
    printed: pd.DataFrame
    scales: pd.DataFrame
    left_aside: pd.DataFrame
    spine: pd.DataFrame
    names: dict
    source: str
    _ranks: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def ranks(self, role, end, basis):
        """Return ``pay.benchmark`` of the scales, made once for each end of a role and basis; nobody changes it."""
        key = role, end, basis
        if key not in self._ranks:
            self._ranks[key] = pay.benchmark(self.scales, *key)
        return self._ranks[key]

    @property
    def unit(self):
        """The unit of pay on the chosen basis."""
        return UNITS[self.basis]

    @property
    def focus(self):
        """The council's name."""
        return self.names[self.authority]

    def amount(self, value):
        """Return pay on the chosen basis as a sum of money; the unit stands in the words around it."""
        return words.amount(value, "GBP", 2 if self.basis == "hourly" else 0)


def choices(folder=data.DATA):
    """Return the valid values of the notebook's parameters, as far as they are a list."""
    scales, spine = data.load("pay_scales", folder), data.load("pay_spine", folder)
    return {
        "authority": sorted(scales["authority"].unique()),
        "role": ["all", *scales["role"].unique()],
        "basis": list(pay.BASES),
        "april": sorted(int(april) for april in spine["april"].unique()),
    }


def prepare(authority, role="all", basis="annual", april=2021, scales="repaired", folder=data.DATA):
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
        The April whose spine prices the scales; the tables' own April leaves them as they are.
    scales : {"repaired", "printed"}, optional
        Whether damaged cells are filled from spine and working week.
    folder : path, optional

    Raises
    ------
    ValueError
        For an unknown authority, role, basis, April or kind of scales, with those there are.
    """
    printed, spine = data.load("pay_scales", folder), data.load("pay_spine", folder)
    roles = list(printed["role"].unique())
    data.choose(authority, set(printed["authority"]), "authority")
    data.choose(role, {*roles, "all"}, "role")
    data.choose(basis, pay.BASES, "basis")
    data.choose(april, set(spine["april"]), "April")
    data.choose(scales, {"repaired", "printed"}, "scales")
    used = pay.repair(printed, spine) if scales == "repaired" else printed
    tables_april, left_aside = pay.april_of(printed, spine), printed.head(0)
    if april != tables_april:
        left_aside = pay.off_spine(used, spine, april)
        used = pay.uprate(used.drop(index=left_aside.index), spine, april)
    return Benchmark(
        authority=authority,
        roles=tuple(roles) if role == "all" else (role,),
        basis=basis,
        april=april,
        tables_april=tables_april,
        printed=printed,
        scales=used,
        left_aside=left_aside,
        spine=spine,
        names=data.load("authorities", folder).set_index("slug")["name"].to_dict(),
        source=citation(printed["document"].iloc[0], folder),
    )


# Sentences


def place(position):
    """Return a place in words: ``1st of 10``, ``joint 8th of 10``."""
    return f"{'joint ' if position.tied else ''}{words.ordinal(position.rank)} of {position.councils}"


def standing(position, name):
    """Return a sentence on where a council stands for one end of a scale."""
    unit = UNITS[position.basis]
    against = f"{_against(position.gap, position.gap_percent, unit)} the median"
    best = (
        "; nobody pays more"
        if position.gap_to_best == 0
        else f" and {_against(position.gap_to_best, position.gap_to_best_percent, unit)} the best"
    )
    pays = _pounds(position.value, unit)
    return f"{name} is {place(position)} at the {position.end} of the {position.role} scale ({pays}), {against}{best}."


def moved(annual, hourly, name):
    """Return a sentence on whether a council's place differs when pay is taken by the hour."""
    scale = f"at the {annual.end} of the {annual.role} scale"
    if (annual.rank, annual.tied) == (hourly.rank, hourly.tied):
        return f"By the hour {name} keeps its place {scale}: {place(annual)}."
    return f"By the hour {name} is {place(hourly)} {scale}, where by the year it is {place(annual)}."


def stall(rungs, name, unit):
    """Return a sentence on the step of a career ladder that brings least.

    Parameters
    ----------
    rungs : pandas.DataFrame
        One council's rows of ``pay.ladder``.
    name, unit : str
    """
    known = rungs.dropna(subset="uplift")
    if known.empty:
        return f"The steps of {name}'s career ladder are not known."
    least = known.loc[known["uplift"].idxmin()]
    before = rungs.set_index("step").loc[least["step"] - 1]
    step = f"from {before['role']} {before['end']} to {least['role']} {least['end']}"
    if least["uplift"] < 0:
        return f"{name}'s ladder goes down {step}, by {_pounds(-least['uplift'], unit)}."
    if least["uplift"] == 0:
        return f"{name}'s ladder stands still {step}: both pay {_pounds(least['value'], unit)}."
    return (
        f"{name}'s smallest step is the one {step}: {_pounds(least['uplift'], unit)} "
        f"({words.amount(least['uplift_percent'], 'percent')})."
    )


def price(cost, name):
    """Return a sentence on what it would cost to raise one end of a scale to a target."""
    scale = f"the {cost.end} of {name}'s {cost.role} scale"
    if cost.rise == 0:
        return f"Raising {scale} to the {cost.target} would cost nothing: it is there, or above."
    on_costs = (
        f"on-costs of {words.amount(100 * cost.on_costs, 'percent')} included" if cost.on_costs else "no on-costs"
    )
    target_pay, per_fte, total = (_pounds(one, "GBP per year") for one in (cost.target_pay, cost.per_fte, cost.total))
    several = f", {total} for {words.amount(cost.fte, 'FTE')}" if cost.fte != 1 else ""
    return (
        f"Raising {scale} to the {cost.target} ({target_pay}) would cost {per_fte} for each full-time equivalent paid there"
        f"{several} ({on_costs})."
    )


def awards_and_gap(gaps, awards, name, role, end):
    """Return a sentence on a gap to the median over the Aprils, and what awards of a flat sum did to it.

    Parameters
    ----------
    gaps : pandas.DataFrame
        As ``pay.gaps_over_time`` returns it.
    awards : pandas.DataFrame
        As ``pay.awards`` returns it.
    name, role, end : str
    """
    scale = f"the {end} of {name}'s {role} scale"
    if (gaps["gap"] == 0).all():
        return f"On every April's spine {scale} is at the median of the councils."
    flat = awards[awards["flat"]]["april"].astype(int).tolist()
    ends = [gaps.iloc[0], gaps.iloc[-1]]
    first, last = (_against(row["gap"], row["gap_percent"], "GBP per year", 2) for row in ends)
    said = (
        f"Priced on each April's spine, {scale} is {first} the median in {gaps['april'].iloc[0]} and {last} it in "
        f"{gaps['april'].iloc[-1]}."
    )
    during = gaps[gaps["april"].isin([min(flat) - 1, *flat])] if flat else gaps.head(0)
    if len(during) < 2 or during["gap"].nunique() > 1:
        return said
    start, finish = (words.amount(abs(during["gap_percent"].iloc[i]), "percent", 2) for i in (0, -1))
    return (
        f"{said} The awards of April {words.listed(list(map(str, flat)))} were flat sums: they left the gap at "
        f"{_pounds(abs(during['gap'].iloc[0]), 'GBP per year')} while it went from {start} to {finish} of the median."
    )


def _pounds(value, unit):
    return words.amount(value, unit, 2 if unit == "GBP per hour" else 0)


def _against(gap, percent, unit, decimals=None):
    if gap == 0:
        return "at"
    side = "above" if gap > 0 else "below"
    return f"{_pounds(abs(gap), unit)} ({words.amount(abs(percent), 'percent', decimals)}) {side}"


# Sections


def found(report):
    """Return what was found: where the council stands at each entry, hour for hour, and where its ladder stalls."""
    positions = [_position(report, role, "entry") for role in report.roles]
    items = [standing(position, report.focus) for position in positions if position]
    if report.basis == "annual":
        hourly = [_position(report, role, "entry", "hourly") for role in report.roles]
        pairs = [(a, h) for a, h in zip(positions, hourly, strict=True) if a and h]
        items += [moved(annual, by_hour, report.focus) for annual, by_hour in pairs]
    items += [*resting(report), stall(_rungs(report), report.focus, report.unit)]
    return Text((summary(report), _used(report)), tuple(items))


def summary(report):
    """Return in a sentence where the council stands by entry pay, role by role; of annual pay also hour for hour."""
    by_basis = {
        "annual": "annual entry pay",
        "hourly": "hourly rate at entry",
        "common-week": "entry pay at a 37-hour week",
    }
    places = _places([_position(report, role, "entry") for role in report.roles])
    if not places:
        return f"{report.focus}'s entry pay is not known on this basis."
    said = f"By {by_basis[report.basis]} on the spine of April {report.april} {report.focus} is {places}"
    by_hour = _places([_position(report, role, "entry", "hourly") for role in report.roles])
    return f"{said}; by the hour it is {by_hour}." if by_hour and report.basis == "annual" else f"{said}."


def resting(report):
    """Return a sentence for each place by annual entry pay that rests on a salary other than the spine's at its point."""
    if report.basis != "annual" or report.april != report.tables_april:
        return []
    beyond = pay.off_spine(report.scales, report.spine, report.april)
    priced = pay.uprate(report.scales.drop(index=beyond.index), report.spine, report.april)
    other = replace(report, scales=pd.concat([priced, beyond]))
    pairs = [(_position(report, role, "entry"), _position(other, role, "entry")) for role in report.roles]
    return [
        f"Were every printed salary the national spine's at its point, {report.focus} would be {place(then)} at the entry of "
        f"the {now.role} scale, not {place(now)}."
        for now, then in pairs
        if now and then and place(now) != place(then)
    ]


def findings(authority="tameside", folder=data.DATA):
    """Return sentences on a council's pay: where it stands, hour for hour, the step that brings least, and a gap's cost."""
    report = prepare(authority, folder=folder)
    return [
        summary(report),
        *resting(report),
        stall(_rungs(report), report.focus, report.unit),
        price(_cost(report, report.roles[1], "entry", "median", 1.0, 0.0), report.focus),
    ]


def scale_ranges(report):
    """Return for each role a chart of the councils' scales from entry to top, highest entry first, and their ranks."""
    return Section(tuple(part for role in report.roles for part in _scale_range(report, role)))


def ranks_by_the_hour(report):
    """Return for each role a chart of the councils' places by annual entry pay beside those by the hour, and weeks."""
    return Section((*(_slope(report, role) for role in report.roles), working_week_table(report)))


def career(report):
    """Return a chart of the career ladder, with each council's steps and its room to progress in each role."""
    rungs = pay.ladder(report.scales, report.basis).assign(name=lambda frame: frame["authority"].map(report.names))
    figure = charts.ladder(rungs, report.unit, STEP_NAMES, report.focus, report.amount)
    own = rungs[rungs["authority"] == report.authority]
    numbers = rungs.pivot(index="name", columns="step", values="value").set_axis(STEP_NAMES, axis=1)
    columns = {"council": Column("council"), **{step: _pay(report, step) for step in STEP_NAMES}}
    title = f"{report.focus}'s career ladder beside the other councils', {report.unit}"
    said = ", ".join(f"{row.role} {row.end} {report.amount(row.value)}" for row in own.itertuples())
    numbers = numbers.reset_index(names="council")
    drawn = chart(figure, title, f"{report.focus}: {said}.", numbers, report.source, columns)
    return Section((Text((stall(own, report.focus, report.unit),)), drawn, _uplifts(report, rungs), _headroom(report)))


def costs(report, fte=10.0, on_costs=0.0, scp=0):
    """Return what closing the gaps would cost at both ends of each role's scale, to a point ``scp`` too if not 0."""
    targets = (*pay.TARGETS, scp) if scp else pay.TARGETS
    priced = [
        _cost(report, role, end, target, fte, on_costs)
        for role in report.roles
        for end in ENDS
        for target in targets
        if _position(report, role, end, "annual")
    ]
    frame = pd.DataFrame(
        {
            "role": [one.role for one in priced],
            "end": [one.end for one in priced],
            "target": [one.target for one in priced],
            "pay": [one.pay for one in priced],
            "target_pay": [one.target_pay for one in priced],
            "per_fte": [one.per_fte for one in priced],
            "total": [one.total for one in priced],
        }
    )
    columns = {
        "role": _scale_column(),
        "target": Column("target"),
        "pay": Column("pay now", "GBP", 0),
        "target_pay": Column("target pay", "GBP", 0),
        "per_fte": Column("cost of one FTE", "GBP", 0),
        "total": Column(f"cost of {words.amount(fte, 'FTE')}", "GBP", 0),
    }
    notes = (
        f"Assumptions: {_used(report, 'annual')}",
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
    awards = pay.awards(report.spine)
    scales = pay.repair(report.printed, report.spine)
    sentences, rows = [], []
    for role in report.roles:
        gaps = pay.gaps_over_time(scales, report.spine, report.authority, role, "entry")
        sentences.append(awards_and_gap(gaps, awards, report.focus, role, "entry"))
        rows += [(role, *row) for row in gaps.itertuples(index=False)]
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
    check = pay.spine_check(report.printed, report.spine)
    off = check[check["matches"] != "yes"]
    odd = pay.odd_pairs(report.printed, pay.working_weeks(report.printed))
    filled = pay.repair(report.printed, report.spine).query("derived != ''")
    matching = (check["matches"] == "yes").sum()
    said = (
        f"{matching} of {len(check)} annual salaries are those of the national spine of April {report.tables_april} at "
        f"their point; {words.amount((check['matches'] == 'no').sum(), '')} are not, and "
        f"{words.amount((check['matches'] == 'cannot be checked').sum(), '')} cannot be checked."
    )
    return Section(
        (
            Text((said,)),
            _off_spine_table(report, off),
            _odd_table(report, odd),
            _filled_table(report, filled),
        )
    )


def paper_statements(folder=data.DATA):
    """Return the paper's own statements about pay with their verdicts."""
    (document,) = data.load("pay_scales", folder)["document"].unique()
    register = [claim for claim in claims.register(document=document, folder=folder) if claim.topic == "pay"]
    return statements(register, "What the paper says about pay")


def working_week_table(report):
    """Return a table of the councils' working weeks and of the hours that their printed rates allow."""
    weeks = pay.working_weeks(report.printed)
    columns = {
        "authority": _council(report),
        "week": Column("working week"),
        "hours_low": Column("hours, from", decimals=4),
        "hours_high": Column("hours, to", decimals=4),
        "inconsistent_pairs": Column("pairs that do not fit"),
    }
    notes = (
        "The hours at which annual pay over 365/7 weeks gives the printed rates, to the penny, over all three tables.",
        *_source_note(report),
    )
    return Table(weeks, "Working weeks that the printed pay implies", notes, columns)


def _used(report, basis=None):
    filled = f", {_counted_filled(report)} damaged cells filled in" if "derived" in report.scales else ", as printed"
    said = f"The printed scales, on the spine of April {report.tables_april}{filled}"
    if report.april != report.tables_april:
        said += f", priced on the spine of April {report.april}"
        if len(report.left_aside):
            cells = [f"{report.names[row.authority]}, {row.role}, {row.end}" for row in report.left_aside.itertuples()]
            said += f"; left aside, since that spine lacks their point: {words.listed(cells)}"
    return f"{said}. Pay is {pay.BASES[basis or report.basis]}."


def _counted_filled(report):
    return sum(len(columns.split(", ")) for columns in report.scales["derived"] if columns)


def _position(report, role, end, basis=None):
    """Return the council's position, or None where its pay is not known on this basis."""
    basis = basis or report.basis
    ranks = report.ranks(role, end, basis)
    known = report.authority in set(ranks["authority"])
    return pay.position_in(ranks, report.authority, role, end, basis) if known else None


def _places(positions):
    places = [f"{place(position)} for {position.role}" for position in positions if position]
    return words.listed(places) if places else ""


def _rungs(report):
    rungs = pay.ladder(report.scales, report.basis)
    return rungs[rungs["authority"] == report.authority]


def _cost(report, role, end, target, fte, on_costs):
    return pay.cost(report.scales, report.spine, report.authority, role, end, target, fte, on_costs)


def _scale_range(report, role):
    ends = pay.headroom(report.scales, role, report.basis).dropna(subset="entry")
    ends = ends.assign(name=ends["authority"].map(report.names)).sort_values(["entry", "top"], ascending=False)
    figure = charts.ranges(
        ends.rename(columns={"entry": "low", "top": "high"}), report.unit, report.focus, report.amount
    )
    tables = {end: report.ranks(role, end, report.basis).set_index("authority") for end in ENDS}
    places = {end: table[["rank", "tied"]].add_suffix(f"_{end}") for end, table in tables.items()}
    numbers = (
        ends[["authority", "entry", "top"]].set_index("authority").join([*places.values(), tables["entry"]["gap"]])
    )
    kinds = {f"{name}_{end}": kind for end in ENDS for name, kind in (("rank", "Int64"), ("tied", "boolean"))}
    numbers = numbers.astype(kinds).reset_index()
    columns = {
        "authority": _council(report),
        **{end: _pay(report, end) for end in ENDS},
        **{f"rank_{end}": Column(f"rank by {end}", say=partial(_rank, end)) for end in ENDS},
        "gap": Column("gap of entry to median", say=lambda row: report.amount(row["gap"])),
    }
    positions = [_position(report, role, end) for end in ENDS]
    said = " ".join(standing(position, report.focus) for position in positions if position)
    yield Text((said or f"{report.focus}'s pay for {role} is not known on this basis.",))
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
            "headroom": [room[report.authority] for room in rooms.values()],
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
        "spine": Column(f"spine of April {report.tables_april}", "GBP", 0),
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
    return "–" if pd.isna(value) else _pounds(value, "GBP per hour")
