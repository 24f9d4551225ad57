"""The sections of each notebook, a module a notebook: parameters in, display objects out. Here is what they share."""

from math import isinf, isnan, nan

import pandas as pd

from workforce import claims, data, words
from workforce.claims import Verdict, sentences
from workforce.display import Column, Table, Text


def citation(document, folder=data.DATA):
    """Return a paper's citation: authority, committee where it had one, date and title."""
    paper = data.paper(document, folder)
    from_whom = ", ".join(filter(None, [paper["name"], paper["committee"], words.period(paper["date"])]))
    return f"{from_whom}: {paper['title']} ({document})"


def year_of(document, folder=data.DATA):
    """Return a paper's year, with what its slug says besides where its authority has several of that year: ``2022 spend``."""
    paper = data.paper(document, folder)
    year, papers = paper["date"][:4], data.load("documents", folder)
    of_year = papers[(papers["authority"] == paper["authority"]) & papers["date"].str.startswith(year)]
    if len(of_year) == 1:
        return year
    rest = document.removeprefix(f"{paper['authority']}-").split("-")
    return " ".join([year, *(part for part in rest if part != year)])


def drawn_from(document, frame, folder=data.DATA):
    """Return what a chart of a paper was drawn from: it, and the releases that a column ``release`` of the frame names."""
    releases = frame["release"].dropna().unique() if "release" in frame else ()
    return "; ".join([citation(document, folder), *map(_released, releases)])


def authorities(folder=data.DATA):
    """Return the slugs of the authorities that have a paper, in order."""
    return sorted(set(data.load("documents", folder)["authority"]))


def documents(register):
    """Return the slugs of the papers whose claims are in the register, in order."""
    return [name for name in dict.fromkeys(claim.document for claim in register) if name not in claims.COMPARISONS]


def ratio_said(value, decimals=2):
    """Return a ratio, or an end of its interval, as it is shown: a dash where there is none, and no more than is of use."""
    if isnan(value):
        return "–"
    if isinf(value):
        return "no limit"
    return "over 100" if value > 100 else words.amount(value, "", decimals)


def sources(slugs, folder=data.DATA, quoted_for=()):
    """Return the citations of papers, with what their copies lack, and the releases quoted for authorities beside them."""
    papers = [data.paper(slug, folder) for slug in slugs]
    lacks = [f" The copy lacks {paper['missing']}." if paper["missing"] else "" for paper in papers]
    cited = [f"{citation(slug, folder)}.{lack}" for slug, lack in zip(slugs, lacks, strict=True)]
    quoted = claims.tables.frames(folder)["statistics"]
    releases = quoted.loc[quoted["authority"].isin(quoted_for), "release"].unique()
    return Text((), (*cited, *(f"{_released(release)}." for release in releases)))


_HEADERS = {
    "where": "where",
    "says": "statement",
    "printed": "printed",
    "stated": "as stated",
    "difference": "difference",
    "verdict": "verdict",
    "means": "what the words ask for",
    "explained": "explained by",
    "readings": "readings, and what each gives",
    "remark": "to know",
}


def statements(register, title):
    """Return a table of claims: what is printed, what it comes to as stated, the difference, and what explains it.

    Columns that no claim needs are left out, and the verdict where all have the same.
    """
    frame = pd.DataFrame([_statement(claim) for claim in register])
    for name in ("means", "remark"):
        repeated = frame[name].eq(frame[name].shift()) & frame[name].ne("")
        frame[name] = frame[name].mask(repeated, "as above")
    needed = [
        name for name in _HEADERS if frame[name].ne("").any() and (name != "verdict" or frame[name].nunique() > 1)
    ]
    columns = {name: Column(_HEADERS[name]) for name in needed}
    return Table(
        frame, title, ("Source: the papers named in the first column; data/claims has every reading.",), columns
    )


def _statement(claim):
    """Return a claim as a row: words, and its numbers beside them."""
    explanation, as_stated, is_open = claim.explanation, claim.as_stated, claim.verdict in _OPEN
    return {
        "where": _place(claim),
        "says": claim.says,
        "printed": sentences.printed(claim),
        "stated": "" if is_open else sentences.stated(claim),
        "difference": sentences.difference(claim),
        "verdict": claim.verdict.value,
        "means": "" if is_open or not as_stated else _means(claim),
        "explained": sentences.explained(claim),
        "readings": "; ".join(sentences.given(claim)) if is_open else "",
        "remark": " ".join(filter(None, (claim.reason, claim.note))),
        "claim": claim.id,
        "published": claim.published,
        "unit": claim.unit,
        "as_stated": as_stated.value if as_stated else nan,
        "explanation": explanation.value if explanation else nan,
    }


def _means(claim):
    """Return what the words ask for: the reading as stated, or the same by each partition."""
    if claim.partitioned:
        return f"the same for each of: {'; '.join(reading.name for reading in claim.readings)}"
    return claim.as_stated.name


_OPEN = (Verdict.CANNOT, Verdict.AMBIGUOUS)


def _released(release):
    return f"Department for Education: {release} (national figures quoted)"


def _place(claim):
    return f"{claim.where.replace(' > ', ', ')} ({claim.document})"
