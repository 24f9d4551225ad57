"""What readers see: text, tables and pictures, each with its words, as display objects of a notebook.

A table holds a frame of numbers, and says them only as it is shown; a section keeps the frames of its parts, as ``data``.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO

import pandas as pd
from jinja2 import Environment
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from workforce import words

RESOURCE = "application/vnd.dataresource+json"  # the Jupyter convention for tabular data
_DRAWN_IN = "'DejaVu Sans'"  # what a chart is laid out in; the others are no wider
_FONTS = f"{_DRAWN_IN}, Verdana, 'Liberation Sans', Arial, sans-serif"
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
_ANSWER = _HTML.from_string(
    """<p class="answer">{{ sentence }}</p>
<ul class="tiles">
{% for tile in tiles %}
<li><span class="label">{{ tile.label }}</span><br><strong>{{ tile.value }}</strong>
{%- for line in tile.lines %}<br><span>{{ line }}</span>{% endfor %}</li>
{% endfor %}
</ul>
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
class Tile:
    """A number of an answer, in words.

    Attributes
    ----------
    label, value : str
        What it is, and the number as it is shown.
    beside : str, optional
        What it is compared with, and how it compares.
    direction : str, optional
        Which way it went, and since when; an arrow stands before a word that says the same.
    sure : str, optional
        How sure that is.
    """

    label: str
    value: str
    beside: str = ""
    direction: str = ""
    sure: str = ""

    @property
    def lines(self):
        """What stands under the value."""
        return [line for line in (self.beside, self.direction, self.sure) if line]

    def __str__(self):
        return f"{self.label}: {'; '.join([self.value, *self.lines])}"


@dataclass(frozen=True)
class Answer:
    """The answer to a report's question: a plain sentence or three, then a tile for each number that matters.

    ``data`` are the numbers behind the tiles, a row a tile.
    """

    sentence: str
    tiles: tuple[Tile, ...]
    data: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)

    def __repr__(self):
        return "\n".join([self.sentence, *(f"- {tile}" for tile in self.tiles)])

    def _repr_html_(self):
        return _ANSWER.render(sentence=self.sentence, tiles=self.tiles)


@dataclass(frozen=True)
class Column:
    """How a column of a frame is shown.

    Attributes
    ----------
    name : str
        Its header.
    unit : str, optional
        Of its numbers, as in ``words.amount``.
    decimals : int, optional
        Digits after the point; see ``words.amount``.
    missing : str, optional
        What stands for a missing value.
    bare : bool, optional
        Whether the unit stands in the header or title, and not in each cell.
    say : callable, optional
        Returns the text of a cell from its row, a dict: for what several columns tell together, such as a rank and its tie.
    """

    name: str
    unit: str = ""
    decimals: int | None = None
    missing: str = "–"
    bare: bool = False
    say: Callable[[dict], str] | None = field(default=None, compare=False)

    def text(self, value, row):
        """Return a value as it is shown."""
        if self.say is not None:
            return self.say(row)
        if pd.isna(value):
            return self.missing
        if isinstance(value, str | bool):
            return str(value)
        return words.amount(value, "" if self.bare else self.unit, self.decimals)


@dataclass(frozen=True)
class Table:
    """A table with its words: the first column names the row; folded, it opens on a click.

    Attributes
    ----------
    data : pandas.DataFrame
        Numbers as numbers, a row a row. Columns that are not shown belong to it too.
    title : str
    notes : tuple of str
    columns : dict of str to Column, optional
        Those shown, in order, by their name in ``data``; by default all under their own names.
    folded : bool, optional
    """

    data: pd.DataFrame
    title: str
    notes: tuple[str, ...]
    columns: dict = field(default_factory=dict)
    folded: bool = False

    @property
    def shown(self):
        """The columns that are shown, by their name in ``data``."""
        return self.columns or {name: Column(str(name)) for name in self.data}

    @property
    def frame(self):
        """The table as it is shown: every cell text, under the headers."""
        rows = self.data.to_dict("records")
        cells = [[column.text(row[name], row) for name, column in self.shown.items()] for row in rows]
        return pd.DataFrame(cells, columns=[column.name for column in self.shown.values()], dtype=object)

    @property
    def resource(self):
        """The frame as a tabular data resource: plain lists, dicts, numbers and texts, with titles and units of columns."""
        fields = [self._described(name) for name in self.data]
        records = [{name: _plain(value) for name, value in row.items()} for row in self.data.to_dict("records")]
        return {"title": self.title, "schema": {"fields": fields}, "shown": list(self.shown), "data": records}

    def _described(self, name):
        told = {"name": name, "type": _type(self.data[name])}
        if column := self.shown.get(name):
            told |= {"title": column.name, **({"unit": column.unit} if column.unit else {})}
        return told

    def __repr__(self):
        return "\n".join([self.title, self.frame.to_string(index=False), *self.notes])

    def _repr_html_(self):
        frame = self.frame
        rows = frame.itertuples(index=False, name=None)
        return _TABLE.render(title=self.title, columns=frame.columns, rows=rows, notes=self.notes, folded=self.folded)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._repr_html_(), RESOURCE: self.resource}


def _type(column):
    """Return the type of a column by the words of tabular data resources."""
    if is_bool_dtype(column):
        return "boolean"
    if is_numeric_dtype(column):
        return "integer" if column.dtype.kind in "iu" or str(column.dtype) == "Int64" else "number"
    return "string"


def _plain(value):
    """Return a value as JSON has it: missing is null, and a float has at most six decimals, which every machine agrees on."""
    if pd.isna(value):
        return None
    if isinstance(value, bool):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


@dataclass(frozen=True)
class Picture:
    """A chart as a picture; its description is the alternative text, and what a comparison of outputs compares."""

    figure: object
    description: str

    def __repr__(self):
        return self.description

    @property
    def svg(self):
        """The picture as SVG: sharp at any size, its text as text, the same bytes each time."""
        import matplotlib

        file = StringIO()
        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "workforce"}):
            self.figure.savefig(
                file, format="svg", transparent=True, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
            )
        drawn = file.getvalue()
        return drawn[drawn.index("<svg") :].replace(_DRAWN_IN, _FONTS)

    def _repr_mimebundle_(self, include=None, exclude=None):
        shown = {"text/plain": self.description, "image/svg+xml": self.svg}
        return shown, {"image/svg+xml": {"alt": self.description}}


@dataclass(frozen=True)
class Section:
    """Several display objects, one after another."""

    parts: tuple

    @property
    def data(self):
        """The frame behind the section; of several tables, a dict of frames by their titles."""
        frames = dict(self._frames())
        return next(iter(frames.values())) if len(frames) == 1 else frames

    def _frames(self):
        for part in self.parts:
            if isinstance(part, Section):
                yield from part._frames()
            elif isinstance(part, Table):
                yield part.title, part.data

    def __repr__(self):
        return "\n\n".join(map(repr, self.parts))

    def _ipython_display_(self):
        from IPython.display import display

        for part in self.parts:
            display(part)


def chart(figure, title, description, numbers, source, columns=None):
    """Return a section: a chart with its title above, a description as alternative text, numbers and source below.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    title, description : str
    numbers : pandas.DataFrame
        What was drawn, as numbers.
    source : str
    columns : dict of str to Column, optional
        See Table.
    """
    return Section(
        (
            Text((title,)),
            Picture(figure, f"{title}. {description}"),
            Table(numbers, title, (f"Source: {source}",), columns or {}, folded=True),
        )
    )
