"""What is shown to the person who decides: a card for each proposal, and for each set of inputs; views of a draft, made last."""

from workforce.draft.formulas import READINGS, Formula
from workforce.draft.propose import CONFIDENT, POSSIBLE, SUSPECTED
from workforce.draft.review import Card, Option
from workforce.draft.rows import suggested

DOCUMENT = ("authority", "title", "date", "committee", "url")
LEAST = 0.15  # of the odds, for what is not confident to be shown
MOST_OPTIONS = 5
_ORDER = {CONFIDENT: 0, SUSPECTED: 0, POSSIBLE: 1}


def cards(draft):
    """Return the cards of a draft: the paper itself, what is confident or suspected, what is possible, then the inputs.

    Parameters
    ----------
    draft : Draft

    Returns
    -------
    list of Card
        A claim's id is ``<slug>/<number>``, an input's ``<slug>/inputs/<number>`` of its first number.
    """
    claims = [_claim(draft, target, group) for target, group in draft.proposals.groupby("target") if _worth(group)]
    claims.sort(key=lambda card: _ORDER[card.confidence])
    return [_document(draft), *claims, *(_inputs(draft, name, places) for name, places in inputs(draft).items())]


def counted(draft, shown):
    """Return what was read and proposed of a draft, whose cards are shown, in lines."""
    confidence = [card.confidence for card in shown if card.kind == "claim"]
    tables = draft.numbers["table"].replace("", None).nunique()
    return [
        f"read      {len(draft.numbers):,} numbers, of {tables} tables and {draft.numbers['page'].max()} pages",
        f"proposed  {confidence.count(CONFIDENT)} confident, {confidence.count(POSSIBLE)} possible, "
        f"{confidence.count(SUSPECTED)} suspected to be mistaken",
    ]


def picture(draft):
    """Return the function that draws a card's picture; None is drawn of a paper without pages."""
    from workforce.draft.review import picture_of

    return lambda card: picture_of(draft.path, card.boxes) if card.boxes and draft.path.suffix == ".pdf" else None


def options(draft, target):
    """Return the proposals of a number that its card shows, best first, as a frame."""
    mine = draft.proposals[draft.proposals["target"] == target]
    return mine.sort_values("rank").head(MOST_OPTIONS)


def formula(row):
    """Return the formula of a row of proposals."""
    return Formula(row.kind, tuple(row.plus), tuple(row.minus), tuple(row.base))


def inputs(draft):
    """Return the sets of numbers that may be kept as inputs, by the id of their card: a table's measure, or one of a text.

    Of the tables those with a claim to decide on, whole; of the text what a shown claim rests on first.
    """
    shown = [target for target, group in draft.proposals.groupby("target") if _worth(group)]
    rests = {at for target in shown for at in formula(next(options(draft, target).itertuples())).inputs}
    tables = {draft.numbers["table"][at] for at in rests} - {""}
    sets = {}
    for at, number in draft.numbers.iterrows():
        if number["table"] in tables:
            fields = suggested(number)
            key = (number["table"], fields["measure"], fields["unit"])
        elif at in rests:
            key = at
        else:
            continue
        sets.setdefault(key, []).append(at)
    return {f"{draft.slug}/inputs/{places[0]}": places for places in sets.values()}


def _worth(group):
    best = group.loc[group["rank"].idxmin()]
    return best["confidence"] != POSSIBLE or (best["probability"] >= LEAST and best["chance"] < 0.9)


def about(draft):
    """Return what is known of the paper itself, by DOCUMENT: what it tells, and its authority as the slug has it."""
    return {**dict.fromkeys(DOCUMENT, ""), "authority": draft.slug.partition("-")[0], **draft.about}


def _document(draft):
    return Card(
        f"{draft.slug}/document",
        "inputs",
        "The paper",
        where="documents.csv",
        sentence="Whose paper is it, what is its title, and of when? A committee and a public address may stay blank.",
        confidence=CONFIDENT,
        fields=about(draft),
    )


def _claim(draft, target, group):
    number, found = draft.numbers.loc[target], options(draft, target)
    rows = list(found.itertuples())
    return _of_one(
        number,
        f"{draft.slug}/{target}",
        "claim",
        options=tuple(_option(draft, row) for row in rows),
        confidence=rows[0].confidence,
        boxes=_boxes(draft, [target, *formula(rows[0]).inputs]),
        says=sentence(number),
    )


def _of_one(number, name, kind, **rest):
    """Return the card of one printed number."""
    place = {key: int(number[key]) for key in ("start", "end", "page")}
    return Card(name, kind, str(number["printed"]), number["where"], number["sentence"], **place, **rest)


def sentence(number):
    """Return a sentence on a printed number, to be reworded.

    Examples
    --------
    >>> sentence({"table": "Table 2", "row_name": "Total", "column_name": "Leavers", "printed": "44", "where": "", "noun": ""})
    'Total, Leavers: 44.'
    """
    if number["table"]:
        return f"{number['row_name']}, {number['column_name']}: {number['printed']}."
    said = " ".join(filter(None, (str(number["printed"]), number["noun"])))
    return f"The paper gives {said}."


def _option(draft, row):
    one, printed = formula(row), draft.numbers["printed"]
    told = in_words(draft.numbers, one)
    if row.reading != "exact":
        told += f" ({READINGS[row.reading]})"
    where = draft.numbers["where"]
    return Option(
        told,
        f"{worked_out(one, printed)} = {_shown(row.value, draft.numbers.loc[row.target])}",
        tuple(f"{where[at]}: {printed[at]}" for at in one.inputs),
        bool(row.agrees),
        by_chance_in_words(row.chance),
    )


def _shown(value, number):
    places = max(0, int(number["decimals"]))
    if round(value, places) != round(value, places + 2):
        places += 2
    return f"{value:,.{places}f}"


def worked_out(one, printed):
    """Return a formula with the printed numbers put in: ``23 + 19 + 5``.

    Examples
    --------
    >>> worked_out(Formula("share", (0,), base=(0, 1)), ["12", "30"])
    '100 × 12 / (12 + 30)'
    """
    plus = " + ".join(str(printed[at]) for at in one.plus)
    minus = "".join(f" − {printed[at]}" for at in one.minus)
    if one.kind == "mean":
        return f"({plus}) / {len(one.plus)}"
    if not one.base:
        return f"{plus}{minus}"
    top = f"({plus}{minus})" if len(one.plus) + len(one.minus) > 1 else plus
    base = " + ".join(str(printed[at]) for at in one.base)
    below = f"({base})" if len(one.base) > 1 else base
    return f"{'100 × ' if one.scale == 100 else ''}{top} / {below}"


def in_words(numbers, one, labels=None):
    """Return a formula in words, naming what it is of: ``sum of 4 rows of Vacancies Oct 2022 (Table 9.4)``.

    Parameters
    ----------
    numbers : pandas.DataFrame
    one : Formula
    labels : dict of int to str, optional
        What numbers of the text are called, in place of the words that follow them.
    """
    plus, minus, base = (_named(numbers, part, one.inputs, labels or {}) for part in (one.plus, one.minus, one.base))
    return {
        "again": f"the number in {numbers['where'][one.plus[0]]}",
        "sum": _sum(numbers, one.plus, labels or {}),
        "mean": f"mean of {plus}",
        "difference": f"{plus} less {minus}",
        "share": f"{f'{plus} less {minus},' if one.minus else plus} as a percentage of {base}",
        "change": f"change from {minus} to {plus}, in per cent",
        "ratio": f"{plus} for each of {base}",
    }[one.kind]


def _sum(numbers, places, labels):
    mine = numbers.loc[list(places)]
    tables = set(mine["table"])
    if len(tables) == 1 and "" not in tables:
        for along, across in (("column_name", "rows"), ("row_name", "columns")):
            if mine[along].nunique() == 1:
                return f"sum of {len(places)} {across} of {mine[along].iloc[0]} ({mine['table'].iloc[0]})"
    return f"sum of {_named(numbers, places, places, labels)}"


def _named(numbers, places, among, labels):
    """Return names of numbers: by column or row where they stand in one line of a table, else by their label or words."""
    mine = numbers.loc[list(among)]
    one_table = mine["table"].nunique() == 1 and bool(mine["table"].iloc[0])
    by = None
    if one_table and mine["row_name"].nunique() == 1:
        by = "column_name"
    elif one_table and mine["column_name"].nunique() == 1:
        by = "row_name"
    names = [numbers[by][at] if by else labels.get(at) or _called(numbers.loc[at]) for at in places]
    if len(names) > 4:
        names = [*names[:2], f"{len(names) - 3} more", names[-1]]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _called(number):
    """Return what a number is called where no table names it: itself with the words that follow, and its place."""
    said = " ".join(filter(None, (str(number["printed"]), number["noun"])))
    return f"{said} ({number['where']})"


def by_chance_in_words(chance):
    """Return how often chance alone would give such a match among all that was tried.

    Examples
    --------
    >>> by_chance_in_words(0.02), by_chance_in_words(0.8), by_chance_in_words(1e-9)
    ('chance alone: about 1 in 50', 'chance alone would often give a match', 'chance alone: less than 1 in 10,000')
    """
    if chance > 0.4:
        return "chance alone would often give a match"
    if chance < 1e-4:
        return "chance alone: less than 1 in 10,000"
    return f"chance alone: about 1 in {round(1 / chance):,}"


def _boxes(draft, places):
    boxed = draft.numbers.loc[list(places)].dropna(subset=["x0"])
    if not len(boxed) or boxed.index[0] != places[0]:
        return ()
    return tuple((int(one.page), one.x0, one.top, one.x1, one.bottom) for one in boxed.itertuples())


def _inputs(draft, name, places):
    first = draft.numbers.loc[places[0]]
    given = suggested(first)
    if len(places) > 1:
        fields = {"measure": given["measure"], "unit": given["unit"]}
        printed = draft.numbers.loc[places]
        told = [f"{one.row_name}, {one.column_name}: {one.printed}" for one in printed.head(12).itertuples()]
        more = [f"and {len(places) - 12} more"] if len(places) > 12 else []
        option = Option(f"keep {len(places)} numbers of {first['table']}", "", tuple(told + more))
        return Card(
            name,
            "inputs",
            f"{len(places)} numbers",
            where=f"{first['table']}, {given['measure']}",
            sentence="Numbers of this table that are no claims are kept as inputs.",
            page=int(first["page"]),
            options=(option,),
            boxes=_boxes(draft, places),
            fields=fields,
        )
    option = Option("keep it as an input", "")
    return _of_one(first, name, "inputs", options=(option,), boxes=_boxes(draft, places), fields=given)
