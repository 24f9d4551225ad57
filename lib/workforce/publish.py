"""Make the tables that others read, and write the findings that the README states."""

from pathlib import Path

import pandas as pd

from nbrun.storage import replacing
from workforce import claims, data, pay, retention, series
from workforce.reports import pay_benchmark, published_figures, retention_payment

README = data.PROJECT / "README.md"
FINDINGS = "findings.md"
RESULTS = Path(__file__).parent / "results.json"
BEGIN, END = "<!-- findings: begin -->", "<!-- findings: end -->"


def tables(register, folder=data.DATA):
    """Return every table as CSV text by its name under the outputs, and the data package that describes them.

    Numbers have at most four decimals.
    """
    scales, spine = data.load("pay_scales", folder), data.load("pay_spine", folder)
    made = {
        "claims": claims.to_frame(register),
        **pay_tables(scales, spine),
        "trends": series.to_frame(series.collect(folder=folder)),
        "retention_payment": retention.to_frame(retention.evaluate(folder)),
    }
    written = {
        f"tables/{name}.csv": frame.round(4).to_csv(index=False, lineterminator="\n") for name, frame in made.items()
    }
    return {**written, "tables/datapackage.json": RESULTS.read_text(encoding="utf-8")}


def pay_tables(scales, spine):
    """Return the tables of the pay benchmark by name: weeks, spine check, repaired scales, ranks.

    Hours have four decimals, pounds and per cent two; the benchmark is of the scales as printed and as repaired.
    """
    weeks = pay.working_weeks(scales).drop(columns="hours").round({"hours_low": 4, "hours_high": 4})
    repaired = pay.repair(scales, spine)
    columns = ["authority", "role", "end", "scp", "annual", "hourly", "derived", "method"]
    return {
        "pay_working_weeks": weeks,
        "pay_spine_check": pay.spine_check(scales, spine).drop(columns="basis"),
        "pay_scales_repaired": repaired[columns],
        "pay_benchmark": _benchmarks({"printed": scales, "repaired": repaired}),
    }


def _benchmarks(kinds):
    ranked = [
        pay.benchmark(scales, role, end, basis).assign(role=role, end=end, basis=basis, scales=kind)
        for role in kinds["printed"]["role"].unique()
        for end in ("entry", "top")
        for basis in pay.BASES
        for kind, scales in kinds.items()
    ]
    columns = ["role", "end", "basis", "scales", "authority", "value", "rank", "tied", "median", "gap", "gap_percent"]
    return pd.concat(ranked)[[*columns, "quartile"]].round({"median": 2, "gap": 2, "gap_percent": 2})


def write_findings(register, readme=README):
    """Write the findings into ``readme``, between its markers."""
    text = with_findings(readme.read_text(encoding="utf-8"), register)
    with replacing(readme) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def with_findings(text, register, folder=data.DATA):
    """Return the README ``text`` with what stands between its markers made anew from the data."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"the README needs the lines {BEGIN} and {END}, once each")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{findings(register, folder)}\n{END}{tail}"


def findings(register, folder=data.DATA):
    """Return the findings as text in Markdown: a question in bold, then what was found."""
    paragraphs = [
        "**Do the published figures add up?**",
        _markdown(published_figures.found(register, folder)),
        "**How does pay compare among the ten Greater Manchester councils?**",
        " ".join(pay_benchmark.findings("tameside", folder)),
        "**Did Coventry's retention payment keep social workers?**",
        _markdown(retention_payment.found(retention_payment.prepare("coventry", folder=folder))),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _markdown(text):
    return "\n\n".join([*text.paragraphs, "\n".join(f"- {item}" for item in text.items)])
