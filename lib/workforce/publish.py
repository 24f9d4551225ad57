"""Make the tables that others read, and write the findings that the README states."""

from functools import lru_cache

import pandas as pd

from nbrun.storage import replacing
from workforce import batch, claims, data, pay, results, retention, series
from workforce.display import Table
from workforce.national import backtest, release, revisions
from workforce.reports import (
    authorities,
    how_sure,
    national_context,
    pay_benchmark,
    published_figures,
    retention_payment,
    workforce_trends,
)

README = data.PROJECT / "README.md"
FINDINGS = "findings.md"
CONTEXT = "05_national_context"
BEGIN, END = "<!-- findings: begin -->", "<!-- findings: end -->"


def tables(register, folder=data.DATA):
    """Return every table as CSV text by its name under the outputs, and the data package that describes them.

    Numbers have at most four decimals.
    """
    evaluations = [retention.evaluate(payment, folder) for payment in retention.payments(folder)]
    made = {
        "claims": claims.to_frame(register),
        **pay_tables(folder),
        "trends": series.to_frame(series.collect(folder=folder)),
        "retention_payment": pd.concat([retention.to_frame(one) for one in evaluations]),
        "revisions": _revisions(),
        "how_sure": backtest.coverage(backtest.forecasts(release.newest(folder=data.NATIONAL))),
    }
    written = {
        f"tables/{name}.csv": frame.round(4).to_csv(index=False, lineterminator="\n") for name, frame in made.items()
    }
    return {**written, "tables/datapackage.json": results.PACKAGE.read_text(encoding="utf-8")}


def _revisions():
    """Return the figures that the newest release in the box has otherwise than the one before it."""
    older, newer = map(release.read, release.files(data.NATIONAL)[-2:])
    return revisions.between(older, newer)


def pay_tables(folder=data.DATA):
    """Return the tables of the pay benchmark by name: weeks, spine check, repaired scales, ranks.

    Hours have four decimals, pounds and per cent two; the benchmark is of the scales as printed and as repaired.
    """
    kinds = {kind: pay.scales(kind=kind, folder=folder) for kind in ("printed", "repaired")}
    printed, spine = kinds["printed"], data.load("pay_spine", folder)
    weeks = pay.working_weeks(printed).drop(columns="hours").round({"hours_low": 4, "hours_high": 4})
    columns = ["document", "authority", "role", "end", "spine", "scp", "annual", "hourly", "derived", "method"]
    ranked = pd.concat([pay.ranks(scales).assign(scales=kind) for kind, scales in kinds.items()])
    ranked.insert(4, "scales", ranked.pop("scales"))
    return {
        "pay_working_weeks": weeks,
        "pay_spine_check": pay.spine_check(printed, spine).drop(columns="basis"),
        "pay_scales_repaired": kinds["repaired"][columns],
        "pay_benchmark": ranked.round({"median": 2, "gap": 2, "gap_percent": 2}),
    }


def write_findings(register, readme=README):
    """Write a finding for each question into ``readme``, between its markers."""
    text = with_findings(readme.read_text(encoding="utf-8"), register)
    with replacing(readme) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def with_findings(text, register, folder=data.DATA):
    """Return the README ``text`` with what stands between its markers made anew from the data."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"the README needs the lines {BEGIN} and {END}, once each")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{headlines(register, folder)}\n{END}{tail}"


def headlines(register, folder=data.DATA):
    """Return a finding for each question as text in Markdown: the first answer of each notebook, of all papers for the first."""
    counts = claims.counts(published_figures.papers_of(register)).sum()
    first = claims.sentences.held(counts, "the papers")
    said = {published_figures: first} if _notebook(published_figures).exists() else {}
    for report, told in _answers(register, data.content(folder), folder):
        for label, answer in told:
            said.setdefault(report, answer.sentence if label in answer.sentence else f"{label}: {answer.sentence}")
    return "".join(f"- **{_question(report)}** {text}\n" for report, text in said.items())


def findings(register, folder=data.DATA):
    """Return every finding as text in Markdown: the answers of all notebooks, and each figure that does not hold."""
    parts = ["# Findings", "The answers of all reports, and every figure of a paper that does not hold as stated."]
    for report, told in _answers(register, data.content(folder), folder):
        parts.append(f"## {_question(report)}")
        for label, answer in told:
            parts += [f"### {label}"] if label else []
            parts += [answer.sentence, "\n".join(f"- {tile}" for tile in answer.tiles)]
            parts += _missed(label, register, folder) if report is published_figures else []
    return "\n\n".join(part for part in parts if part) + "\n"


def _question(report):
    return batch.question(_notebook(report))


def _notebook(report):
    """Return the path of the notebook that a module makes the report of."""
    name = next(name for name, module in batch.REPORTS.items() if module == report.__name__)
    return batch.NOTEBOOKS / f"{name}.ipynb"


def _answers(register, state, folder):
    """Yield the module of each notebook that there is, and the answers of its authorities by name, in order."""
    if _notebook(published_figures).exists():
        names = data.load("authorities", folder).set_index("slug")["name"]
        mine = {slug: [one for one in register if one.authority == slug] for slug in authorities(folder)}
        told = [(names[slug], published_figures.answer(found, folder)) for slug, found in mine.items() if found]
        yield published_figures, told
    yield from _of_data(state, folder)


@lru_cache(maxsize=2)
def _of_data(state, folder):
    """Return the answers that no claim changes, worked out once for each state of the data."""
    made = {
        pay_benchmark: _of_pay,
        workforce_trends: _of_series,
        retention_payment: _of_payments,
        national_context: _of_england,
        how_sure: _of_forecasts,
    }
    return tuple((report, answers(folder)) for report, answers in made.items() if _notebook(report).exists())


def _of_pay(folder):
    owners = {document: data.paper(document, folder)["authority"] for document in pay.documents(folder=folder)}
    made = [pay_benchmark.prepare(owner, document=document, folder=folder) for document, owner in owners.items()]
    return [(one.focus, pay_benchmark.answer(one)) for one in made if not one.alone]


def _of_series(folder):
    names = data.load("authorities", folder).set_index("slug")["name"]
    made = {slug: series.collect(slug, folder) for slug in authorities(folder)}
    return [(names[slug], workforce_trends.answer(found)) for slug, found in made.items() if found]


def _of_payments(folder):
    names = data.load("authorities", folder).set_index("slug")["name"]
    made = [retention_payment.prepare(one.authority, folder=folder) for one in retention.payments(folder)]
    return [(names[one.payment.authority], retention_payment.answer(one)) for one in made]


def _of_england(folder):
    """Return the answers of the plan's authorities, by the release in the box."""
    cases = [dict(case.parameters) for case in batch.planned(only=[CONTEXT])]
    slugs = [
        case[batch.SUBJECT] for case in cases if batch.SUBJECT in case
    ]  # none where the plan does not have the notebook
    made = [national_context.context(slug, folder=data.NATIONAL) for slug in slugs]
    return [(one.name, national_context.answer(one)) for one in made]


def _of_forecasts(folder):
    return [("", how_sure.answer(how_sure.trial(folder=data.NATIONAL)))]


def _missed(label, register, folder):
    """Return a table in Markdown of an authority's figures that do not hold as stated; none where all do."""
    names = data.load("authorities", folder).set_index("slug")["name"]
    chosen = [one for one in register if names.get(one.authority) == label]
    shown = published_figures.missed(chosen, folder)
    tables = [part for part in getattr(shown, "parts", (shown,)) if isinstance(part, Table)]
    return [_markdown(table.frame.drop(columns="to know", errors="ignore")) for table in tables]


def _markdown(frame):
    """Return a frame of texts as a table in Markdown."""
    rows = [list(frame), ["---"] * len(frame.columns), *frame.itertuples(index=False)]
    return "\n".join(
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    )
