"""Turn an executed notebook into the content of a page: headings, figures and tables that everybody can use."""

import ast
import csv
import io
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from workforce import words
from workforce.display import RESOURCE

TEMPLATES = Path(__file__).parent / "templates"


FINDING = "finding"  # the tag of the cell whose first sentence stands for the report


@dataclass(frozen=True)
class Report:
    """A report's content.

    ``question`` is its title, ``found`` the first thing it found, ``sections`` are pairs of an id and a heading,
    ``parameters`` those that it was run with, ``body`` HTML, ``files`` what stands beside it, as bytes by name.
    """

    question: str
    found: str
    sections: tuple[tuple[str, str], ...]
    parameters: dict
    body: str
    files: dict = field(repr=False)


def read(path):
    """Return the report that an executed notebook holds.

    Parameters
    ----------
    path : path
        Names of files beside the page begin with the notebook's name.

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
    for image in page.find_all("img"):
        _to_figure(page, image)
    used, resources = set(), _resources(notebook)
    for table in page.find_all("table"):
        held = resources and table.caption and table.caption.get_text() == resources[0]["title"]
        files.update(_with_download(page, table, path.stem, used, resources.pop(0) if held else None))
    sections = tuple(_named(heading, used) for heading in page.find_all("h2"))
    return Report(question, _finding(notebook), sections, parameters(notebook), str(page), files)


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

    config = Config(ExtractOutputPreprocessor={"enabled": True, "extract_output_types": {"image/png"}})
    return TemplateExporter(
        config=config,
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        file_extension=".html",
        filters={"escape_html": escape, "markdown2html": markdown2html},
    )


def _to_figure(page, image):
    """Make a figure of a picture, the title that stands before it and the numbers and source that stand after it."""
    holder = image.find_parent(class_="output")
    before, after = holder.find_previous_sibling("div"), holder.find_next_sibling("div")
    title = before.p.get_text() if before and before.p else ""
    figure = page.new_tag("figure")
    holder.insert_before(figure)
    if title and image["alt"].startswith(f"{title}. "):
        caption = page.new_tag("figcaption")
        caption.string = title
        figure.append(caption)
        before.extract()
    figure.append(holder.extract())
    if after and after.details:
        for note in after.details.find_all("p"):
            figure.append(note.extract())
        figure.append(after.extract())


def _with_download(page, table, stem, used, resource):
    """Let a table scroll by keyboard, mark its columns of numbers, and offer it as CSV; return that file by name.

    What is offered is the frame that the notebook carries; the cells as they are shown where it carries none.
    """
    title = table.caption.get_text() if table.caption else "Table"
    name = slug(title, used)
    cells = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    for row in cells[1:]:
        for cell, is_number in zip(row, _numeric(resource), strict=False):
            if is_number and cell.name == "td":
                cell["class"] = "number"
    rows = _records(resource) if resource else [[cell.get_text() for cell in row] for row in cells]
    holder = page.new_tag("div", attrs={"class": "scroll", "tabindex": "0", "role": "group", "aria-label": title})
    table.wrap(holder)
    file = f"{stem}-{name}.csv"
    link = page.new_tag("a", attrs={"href": file, "download": ""})
    link.string = "Download as CSV"
    also = page.new_tag("span", attrs={"class": "hidden"})
    also.string = f": {title}"
    link.append(also)
    paragraph = page.new_tag("p", attrs={"class": "download"})
    paragraph.append(link)
    holder.insert_after(paragraph)
    return {file: as_csv(rows)}


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
