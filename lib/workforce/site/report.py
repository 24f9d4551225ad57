"""Turn an executed notebook into the content of a page: headings, figures and tables that everybody can use."""

import ast
import csv
import io
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from workforce import words
from workforce.display import RESOURCE
from workforce.site import pictures

TEMPLATES = Path(__file__).parent / "templates"


FINDING = "finding"  # the tag of the cell whose first sentence stands for the report
STATEMENT = "claim"  # the column of a table that says which statement a row is of


ANSWER = "The answer"  # the section of a notebook that a page begins with
_SOURCE = "Source: "


@dataclass(frozen=True)
class Report:
    """A report's content.

    ``question`` is its title, ``found`` the answer in a sentence, ``answer`` the HTML of the first screen, ``sections`` are
    pairs of an id and a heading, ``parameters`` those that it was run with, ``body`` the HTML of the rest, ``code`` what made
    the page, ``files`` what stands beside it, as bytes by name.
    """

    question: str
    found: str
    answer: str
    sections: tuple[tuple[str, str], ...]
    parameters: dict
    body: str
    code: str
    files: dict = field(repr=False)


def read(path, sources=None):
    """Return the report that an executed notebook holds.

    Parameters
    ----------
    path : path
        Names of files beside the page begin with the notebook's name.
    sources : callable, optional
        Returns a source's text as HTML, with links to where it is.

    Returns
    -------
    Report
    """
    import nbformat
    from bs4 import BeautifulSoup

    notebook = nbformat.read(path, as_version=4)
    html, resources = _exporter().from_notebook_node(
        notebook, resources={"unique_key": path.stem, "output_files_dir": ""}
    )
    page = BeautifulSoup(html, "html.parser")
    for anchor in page.find_all("a", class_="anchor-link"):
        anchor.decompose()  # the contents list links to headings
    question = page.h1.extract().get_text() if page.h1 else path.stem
    files = {Path(name).name: content for name, content in resources.get("outputs", {}).items()}
    used, resources = set(), _resources(notebook)
    for image in page.find_all("img"):
        name = image["src"]
        files[name] = _to_figure(page, image, files[name].decode("utf-8"), used)
    for table in page.find_all("table"):
        held = resources and table.caption and table.caption.get_text() == resources[0]["title"]
        files.update(_with_download(page, table, path.stem, used, resources.pop(0) if held else None))
    for part in _parts(page):
        _state_sources_once(page, part, sources or escape)
    answer = _cut(page, ANSWER)
    sections = tuple(_named(heading, used) for heading in page.find_all("h2"))
    return Report(
        question, _finding(notebook), answer, sections, parameters(notebook), str(page), code(notebook), files
    )


def code(notebook):
    """Return the code of a notebook, a comment for each section, with the parameters that it was run with."""
    given, lines = parameters(notebook), []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            lines.append(f"# {cell.source.splitlines()[0].lstrip('# ')}")
        elif cell.cell_type == "code" and "injected-parameters" not in tags:
            lines.append(_with_values(cell.source, given) if "parameters" in tags else cell.source)
    return "\n\n".join(lines)


def _with_values(source, given):
    """Return declared parameters with the values that were given in place of their defaults."""
    lines = []
    for line in source.splitlines():
        declared = re.match(r"(\w+)(: \w+)? = ", line)
        if declared and declared[1] in given:
            comment = line.partition("  # ")[2]
            line = f"{declared[0]}{given[declared[1]]!r}{f'  # {comment}' if comment else ''}"
        lines.append(line)
    return "\n".join(lines)


def _parts(page):
    """Return the elements of each section, a list for each: from a heading of the second level to before the next."""
    parts = [[]]
    for element in list(page.children):
        if element.name == "h2":
            parts.append([])
        parts[-1].append(element)
    return parts


def _cut(page, title):
    """Take the section with a title out of a page, and return it without its heading as HTML; empty without such a one."""
    for part in _parts(page):
        if part and part[0].name == "h2" and part[0].get_text() == title:
            cut = [element.extract() for element in part]
            return "".join(map(str, cut[1:]))
    return ""


def _state_sources_once(page, part, sources):
    """Take the sources that stand under each table and chart of a section, and state them once, at its end."""
    from bs4 import BeautifulSoup

    holders = [element for element in part if element.name]
    notes = [note for holder in holders for note in holder.find_all("p") if note.get_text().startswith(_SOURCE)]
    told = dict.fromkeys(note.extract().get_text().removeprefix(_SOURCE) for note in notes)
    if told:
        stated = f'<p class="source">{"Source" if len(told) == 1 else "Sources"}: {"; ".join(map(sources, told))}</p>'
        holders[-1].insert_after(BeautifulSoup(stated, "html.parser"))


def parameters(notebook):
    """Return the parameters that a notebook was run with, by name; only plain values count."""
    tagged = [cell.source for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    found = {}
    for node in ast.parse("\n".join(tagged)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def _resources(notebook):
    """Return the frames that a notebook's outputs carry beside their tables, in order; see ``display.Table.resource``."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output["data"][RESOURCE] for output in outputs if RESOURCE in output.get("data", {})]


def slug(text, used):
    """Return a text as small letters, digits and hyphens, with a number where that is among ``used``, and add it."""
    base = words.slug(text)[:60].strip("-") or "part"
    name = next(name for name in (base, *(f"{base}-{n}" for n in range(2, len(used) + 3))) if name not in used)
    used.add(name)
    return name


@cache
def _exporter():
    """Return the one exporter of this process: making it takes longer than a page."""
    from nbconvert.exporters import TemplateExporter
    from nbconvert.filters import markdown2html
    from traitlets.config import Config

    config = Config(ExtractOutputPreprocessor={"enabled": True, "extract_output_types": {"image/svg+xml"}})
    return TemplateExporter(
        config=config,
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        file_extension=".html",
        filters={"escape_html": escape, "markdown2html": markdown2html},
    )


def _to_figure(page, image, svg, used):
    """Make a figure of a picture, its title and its numbers; return the picture's file, at ease by day and night."""
    holder = image.find_parent(class_="output")
    before, after = holder.find_previous_sibling("div"), holder.find_next_sibling("div")
    title = before.p.get_text() if before and before.p else ""
    figure = page.new_tag("figure")
    holder.insert_before(figure)
    if title and image["alt"].startswith(f"{title}. "):
        caption = page.new_tag("figcaption")
        caption.append(_heading(page, title, used))
        figure.append(caption)
        before.extract()
    figure.append(holder.extract())
    width, height = pictures.size(svg)
    image.attrs |= {"width": str(width), "height": str(height), "loading": "lazy"}
    figure.append(_download(page, image["src"], "Download the chart", title or "chart"))
    if after and after.details:
        for note in after.details.find_all("p"):
            figure.append(note.extract())
        figure.append(after.extract())
    return pictures.themed(svg).encode("utf-8")


def _heading(page, title, used):
    """Return a heading of the third level, so that a chart or table is found among a page's headings and can be linked to."""
    heading = page.new_tag("h3", attrs={"id": slug(title, used)})
    heading.string = title
    return heading


def _download(page, file, text, title):
    """Return a paragraph with a link to a file; what the file is of is told to those who hear the page."""
    link = page.new_tag("a", attrs={"href": file, "download": ""})
    link.string = text
    also = page.new_tag("span", attrs={"class": "hidden"})
    also.string = f": {title}"
    link.append(also)
    paragraph = page.new_tag("p", attrs={"class": "download"})
    paragraph.append(link)
    return paragraph


def _with_download(page, table, stem, used, resource):
    """Let a table scroll by keyboard, mark its columns of numbers, and offer it as CSV; return that file by name.

    What is offered is the frame that the notebook carries; the cells as they are shown where it carries none.
    """
    title = table.caption.get_text() if table.caption else "Table"
    name = slug(title, used)
    cells = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for row in cells:
        for cell, is_number in zip(row, _numeric(resource), strict=False):
            if is_number and cell.get("scope") != "row":
                cell["class"] = "number"
    rows = _records(resource) if resource else [[cell.get_text() for cell in row] for row in cells]
    _link_statements(page, cells[1:], resource)
    if table.caption and not table.find_parent("details"):  # one that is folded has the heading of its chart
        table.caption.string.replace_with(_heading(page, title, used))
    holder = page.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group", "aria-label": title})
    table.wrap(holder)
    file = f"{stem}-{name}.csv"
    holder.insert_after(_download(page, file, "Download as CSV", title))
    return {file: as_csv(rows)}


def _link_statements(page, rows, resource):
    """Link the first cell of each row that is a statement to where its readings are."""
    records = resource["data"] if resource else []
    for row, record in zip(rows, records, strict=False):
        if STATEMENT in record and row[0].string:
            document, _, claim = record[STATEMENT].partition("/")
            link = page.new_tag("a", attrs={"href": f"../statements/{document}.html#{claim}"})
            row[0].string.wrap(link)


def _numeric(resource):
    """Return for each column that is shown whether its frame has numbers in it."""
    types = {field["name"]: field["type"] for field in resource["schema"]["fields"]} if resource else {}
    return [types[name] in ("integer", "number") for name in resource["shown"]] if resource else []


def _records(resource):
    """Return a frame as rows under a header: a column's title and unit, or its name where it is not shown."""
    fields = resource["schema"]["fields"]
    titles = [field.get("title", field["name"]) for field in fields]
    units = [f" ({field['unit']})" if "unit" in field else "" for field in fields]
    header = [
        field["name"] if titles.count(title) > 1 else f"{title}{unit}"
        for field, title, unit in zip(fields, titles, units, strict=True)
    ]
    return [header, *([record[field["name"]] for field in fields] for record in resource["data"])]


def as_csv(rows):
    """Return rows as the bytes of a CSV file, in UTF-8 with the mark that spreadsheets know it by: numbers are numbers."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_written(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _written(cell):
    if isinstance(cell, str):
        return words.harmless(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _named(heading, used):
    text = heading.get_text()
    heading["id"] = slug(text, used)
    return heading["id"], text


def _finding(notebook):
    """Return the first paragraph of what the cell tagged FINDING shows."""
    from bs4 import BeautifulSoup

    tagged = [cell for cell in notebook.cells if FINDING in cell.metadata.get("tags", [])]
    shown = [
        output.data["text/html"] for cell in tagged for output in cell.outputs if "text/html" in output.get("data", {})
    ]
    first = BeautifulSoup(shown[0], "html.parser").p if shown else None
    return first.get_text() if first else ""
