"""What readers see: text, tables and pictures with their words, and the sections of each notebook made of them."""

from dataclasses import dataclass
from io import BytesIO

import pandas as pd
from jinja2 import Environment

from workforce import charts, claims, data, words
from workforce.claims import Verdict

_MARKS = {Verdict.OTHERWISE: "†", Verdict.DOES_NOT: "✗", Verdict.CANNOT: "?", Verdict.AMBIGUOUS: "~"}

_HTML = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
_TEXT = _HTML.from_string(
    """{% for paragraph in paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
{% if items %}
<ul>
{% for item in items %}
<li>{{ item }}</li>
{% endfor %}
</ul>
{% endif %}
"""
)
_TABLE = _HTML.from_string(
    """{% if folded %}
<details><summary>Show the numbers</summary>
{% endif %}
<table>
<caption>{{ title }}</caption>
<thead>
<tr>{% for name in columns %}<th scope="col">{{ name }}</th>{% endfor %}</tr>
</thead>
<tbody>
{% for row in rows %}
<tr><th scope="row">{{ row[0] }}</th>{% for cell in row[1:] %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% for note in notes %}
<p>{{ note }}</p>
{% endfor %}
{% if folded %}
</details>
{% endif %}
"""
)


@dataclass(frozen=True)
class Text:
    """Paragraphs, then a list, of plain text."""

    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()

    def __repr__(self):
        return "\n".join([*self.paragraphs, *(f"- {item}" for item in self.items)])

    def _repr_html_(self):
        return _TEXT.render(paragraphs=self.paragraphs, items=self.items)


@dataclass(frozen=True)
class Table:
    """A table with its words. Each cell is text, the first column names the row; folded, it opens on a click."""

    frame: pd.DataFrame
    title: str
    notes: tuple[str, ...]
    folded: bool = False

    def __repr__(self):
        return "\n".join([self.title, self.frame.to_string(index=False), *self.notes])

    def _repr_html_(self):
        rows = self.frame.itertuples(index=False, name=None)
        return _TABLE.render(
            title=self.title, columns=self.frame.columns, rows=rows, notes=self.notes, folded=self.folded
        )


@dataclass(frozen=True)
class Picture:
    """A chart as a picture; its description is the alternative text, and what a comparison of outputs compares."""

    figure: object
    description: str

    def __repr__(self):
        return self.description

    def _repr_mimebundle_(self, include=None, exclude=None):
        file = BytesIO()
        self.figure.savefig(file, format="png", dpi=110, metadata={"Software": None})
        return {"text/plain": self.description, "image/png": file.getvalue()}, {"image/png": {"alt": self.description}}


@dataclass(frozen=True)
class Section:
    """Several display objects, one after another."""

    parts: tuple

    def __repr__(self):
        return "\n\n".join(map(repr, self.parts))

    def _ipython_display_(self):
        from IPython.display import display

        for part in self.parts:
            display(part)


def chart(figure, title, description, numbers, source):
    """Return a section: a chart with its title above, a description as alternative text, numbers and source below."""
    return Section(
        (
            Text((title,)),
            Picture(figure, f"{title}. {description}"),
            Table(numbers, title, (f"Source: {source}",), folded=True),
        )
    )


def source(document, folder=data.DATA):
    """Return a paper's citation: authority, committee, date and title."""
    if document == claims.ACROSS:
        return "the papers named beside each statement"
    paper = _paper(document, folder)
    return f"{paper['name']}, {paper['committee']}, {words.period(paper['date'])}: {paper['title']} ({document})"


# Notebook 01: published figures


def found(register, folder=data.DATA):
    """Return what was found: a sentence a paper, then one for each kind of figure that does not reproduce as stated."""
    tallies = [words.tally(row, _named(document, folder)) for document, row in claims.counts(register).iterrows()]
    items = words.findings(register) or ["Every figure that can be checked reproduces as stated."]
    return Text(tuple(tallies), tuple(items))


def verdicts(register):
    """Return a table of the number of claims by paper and verdict."""
    table = claims.counts(register).reset_index(names="paper").astype(str)
    return Table(table, "Statements by paper and verdict", ("Source: the register of claims, data/claims",))


def printed_tables(register, folder=data.DATA):
    """Return each table of the papers as a reader knows it, with the cells that do not reproduce marked."""
    tables = [table for document in _documents(register) for table in _printed_tables(document, register, folder)]
    return Section(tuple(tables) or (Text(("The papers print no tables.",)),))


def paper_charts(register, folder=data.DATA):
    """Return a chart of each thing that matters most in the papers, as their claims files name it."""
    sections = [
        _paper_chart(document, described, folder)
        for document in _documents(register)
        for described in claims.layout(document, folder)[1]
    ]
    return Section(tuple(sections) or (Text(("The papers hold no series to draw.",)),))


def printed_beside_stated(register):
    """Return a chart of each unit with several printed numbers that do not reproduce, beside what they would be."""
    frame = pd.DataFrame(
        [
            {
                "unit": claim.unit,
                "category": claim.where.replace(" > ", ", "),
                "first": float(claim.published),
                "second": claim.as_stated.value,
            }
            for claim in register
            if claim.verdict in (Verdict.OTHERWISE, Verdict.DOES_NOT) and claim.interval is None
        ]
    )
    if frame.empty:
        return Text(("No printed number differs from what its words would make it.",))
    units = frame.groupby("unit", sort=False)
    return Section(tuple(_beside(unit, part) for unit, part in units if len(part) > 1))


def open_claims(register):
    """Return a table for each verdict but the first: every claim, and what each of its readings gives."""
    groups = [[claim for claim in register if claim.verdict is verdict] for verdict in list(Verdict)[1:]]
    tables = [_open_claims(group) for group in groups if group]
    return Section(tuple(tables) or (Text(("Every statement reproduces as stated.",)),))


def _open_claims(group):
    rows = [(_place(claim), claim.says, "; ".join(words.given(claim)) or "–", _remark(claim)) for claim in group]
    frame = pd.DataFrame(rows, columns=["where", "what the paper says", "what its figures give", "remark"])
    repeated = frame["remark"].eq(frame["remark"].shift()) & frame["remark"].ne("")
    frame["remark"] = frame["remark"].mask(repeated, "as above")
    title = f"Statements with the verdict ‘{group[0].verdict}’"
    return Table(frame, title, ("The first reading is the one that the words demand, where they do.",))


def _remark(claim):
    return " ".join(filter(None, (claim.cannot_be_checked, claim.ambiguous, claim.note)))


def sources(register, folder=data.DATA):
    """Return the papers behind the register, with what their copies lack."""
    missing = data.load("documents", folder).set_index("slug")["missing"].dropna()
    items = [
        f"{source(document, folder)}." + (f" The copy lacks {missing[document]}." if document in missing else "")
        for document in _documents(register)
    ]
    return Text((), tuple(items))


def _documents(register):
    return [name for name in dict.fromkeys(claim.document for claim in register) if name != claims.ACROSS]


def _named(document, folder):
    if document == claims.ACROSS:
        return "across papers"
    paper = _paper(document, folder)
    return f"in {paper['name']}’s paper of {words.period(paper['date'])}"


def _paper(document, folder):
    papers, authorities = data.load("documents", folder), data.load("authorities", folder)
    return (
        papers.merge(authorities[["slug", "name"]], left_on="authority", right_on="slug")
        .set_index("slug_x")
        .loc[document]
    )


def _place(claim):
    return f"{claim.where.replace(' > ', ', ')} ({claim.document})"


def _printed_tables(document, register, folder):
    described, _ = claims.layout(document, folder)
    cells = claims.cells(document, register, folder)
    for name, part in cells.groupby("table", sort=False):
        about = described.get(name, {})
        columns = about.get("columns") or list(part["column"].unique())
        text = part["printed"].map(_grouped, na_action="ignore").fillna("lost") + part["verdict"].map(_mark)
        grid = part.assign(text=text).pivot(index="row", columns="column", values="text")
        grid = grid.reindex(index=part["row"].unique(), columns=columns, fill_value="").fillna("")
        notes = (*_legend(part), f"Source: {source(document, folder)}, {name}")
        yield Table(grid.reset_index(names=name), about.get("title", name), notes)


def _grouped(text):
    """Return a printed whole number with its thousands set apart, as papers print pay."""
    return f"{int(text):,}" if text.isdigit() else text


def _mark(verdict):
    return f" {_MARKS[verdict]}" if verdict in _MARKS else ""


def _legend(cells):
    """Yield a note on the marks that a table has, and one on cells that the copy has lost."""
    marks = [f"{mark} {verdict}" for verdict, mark in _MARKS.items() if verdict in set(cells["verdict"])]
    if marks:
        yield f"Marks: {'; '.join(marks)}."
    if cells["printed"].isna().any():
        yield "Lost: damaged in the copy."


def _paper_chart(document, described, folder):
    frame = claims.ask(document, described["sql"], folder)
    frame["category"] = frame["category"].map(words.period)
    figure = charts.bars(frame, described["unit"], lambda value: words.amount(value, ""))
    numbers = frame.assign(value=[words.amount(value, "") for value in frame["value"]])
    description = words.describe(frame, described["unit"])
    return chart(figure, described["title"], description, numbers, source(document, folder))


def _beside(unit, part):
    def label(value):
        return words.amount(value, unit)

    def short(value):
        return label(value).removesuffix(" a year").removesuffix(" an hour")

    title = f"Printed, and worked out as stated ({unit})"
    figure = charts.pairs(part, unit, ("as printed", "worked out as stated"), short)
    numbers = part.assign(printed=part["first"].map(label), stated=part["second"].map(label))
    numbers = numbers[["category", "printed", "stated"]].rename(columns={"category": "figure", "stated": "as stated"})
    description = " ".join(
        f"{row.category}: printed {label(row.first)}, as stated {label(row.second)}." for row in part.itertuples()
    )
    return chart(figure, title, description, numbers, "the register of claims, data/claims")
