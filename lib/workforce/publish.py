"""Write the tables that others read, and the findings that the README states."""

from workforce import claims, data
from workforce.batch import OUTPUTS, replacing
from workforce.reports import published_figures

README = data.PROJECT / "README.md"
BEGIN, END = "<!-- findings: begin -->", "<!-- findings: end -->"


def tables(register, outputs=OUTPUTS):
    """Write ``tables/claims.csv`` under ``outputs``: the whole register, with the columns of ``claims.COLUMNS``."""
    with replacing(outputs / "tables" / "claims.csv") as path:
        claims.to_frame(register).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def findings(register, readme=README):
    """Write the findings into ``readme``, between its markers."""
    text = with_findings(readme.read_text(encoding="utf-8"), register)
    with replacing(readme) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def with_findings(text, register):
    """Return the README ``text`` with what stands between its markers made anew from the register."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"the README needs the lines {BEGIN} and {END}, once each")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{_markdown(published_figures.found(register))}\n{END}{tail}"


def _markdown(text):
    return "\n\n".join([*text.paragraphs, "\n".join(f"- {item}" for item in text.items)])
