"""What readers see: text, tables and pictures, each with its words, as display objects of a notebook."""

from dataclasses import dataclass
from io import BytesIO

import pandas as pd
from jinja2 import Environment

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
