"""Make the tables that others read, and write the findings that the README states."""

import pandas as pd

from nbrun.storage import replacing
from workforce import claims, data, pay, results, retention, series
from workforce.national import backtest, release, revisions
from workforce.reports import pay_benchmark, published_figures, retention_payment

README = data.PROJECT / "README.md"
FINDINGS = "findings.md"
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
    paragraphs = ["**Do the published figures add up?**", _markdown(published_figures.found(register, folder))]
    for document in pay.documents(folder=folder):
        authority = data.paper(document, folder)["authority"]
        if pay_benchmark.prepare(authority, document=document, folder=folder).alone:
            continue
        paragraphs += [
            f"**How does pay compare among {pay_benchmark.councils(document, folder)}?**",
            " ".join(pay_benchmark.findings(authority, document, folder)),
        ]
    for payment in retention.payments(folder):
        report = retention_payment.prepare(payment.authority, folder=folder)
        paragraphs += [
            f"**Did {data.paper(payment.document, folder)['name']}'s retention payment keep social workers?**",
            _markdown(retention_payment.found(report)),
        ]
    return "\n\n".join(paragraphs) + "\n"


def _markdown(text):
    return "\n\n".join([*text.paragraphs, "\n".join(f"- {item}" for item in text.items)])
