"""Confirmed proposals as rows of the data and a claims file: through the same checks as any data, all of it or nothing."""

import csv
import io
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import yaml

from nbrun.storage import replacing
from workforce import claims, data
from workforce.draft import decisions as decided
from workforce.draft.cards import DOCUMENT, about, formula, in_words, inputs, options
from workforce.draft.formulas import READINGS, ROUNDED, leads_to
from workforce.draft.paper import Paper
from workforce.draft.rows import FIELDS, apart, suggested
from workforce.draft.sql import expand, query
from workforce.draft.store import DraftError

_TABLES = ("authorities", "documents", "observations")
_LONG = 100  # characters of a query that takes a line of its own
_EXACT = ("sum", "difference", "again")
_AMBIGUOUS = "The words admit several readings, and nothing in the paper decides between them."


def write(draft, folder=data.DATA):
    """Write what was confirmed of a draft to the data folder: the document, its inputs, and its claims file.

    Everything is first tried in a copy of the folder: the tables against their schema, the claims, and that each reading can be
    moved by the data. Only when nothing is wrong there are the files replaced, the claims file last.

    Parameters
    ----------
    draft : Draft
    folder : path, optional

    Returns
    -------
    list of str
        What was written, and what to do next.

    Raises
    ------
    DraftError
        When nothing is confirmed, or the paper is in the data already.
    DataError, ClaimsError
        With all that the checks find; then nothing was written.
    """
    folder = Path(folder)
    if (folder / "claims" / f"{draft.slug}.yml").exists():
        raise DraftError(
            [f"claims/{draft.slug}.yml is there already; remove it, or draft the paper under another slug"]
        )
    made = Made(draft, folder)
    if not made.claims:
        raise DraftError(["no claim is confirmed yet, so there is nothing to write"])
    with tempfile.TemporaryDirectory() as trial:
        copied = Path(trial) / "data"
        shutil.copytree(folder, copied, ignore=shutil.ignore_patterns("national", "external"))
        made.put(copied)
        data.load_all(copied)
        register = claims.register(document=draft.slug, folder=copied)
        claims.support.check(copied, draft.slug)
    made.put(folder)
    counts = ", ".join(
        f"{number} {verdict}" for verdict, number in register.counts.drop(columns="total").sum().items() if number
    )
    return [
        f"written  {len(made.observations)} rows of observations.csv, {len(made.claims)} claims in claims/{draft.slug}.yml",
        f"verdicts  {counts}",
        f"Now: reword the sentences in {folder.name}/claims/{draft.slug}.yml, then `workforce check` and "
        f"`workforce claims --document {draft.slug}`.",
    ]


class Made:
    """What a draft's decisions make: a document, rows of observations, claims, and an authority that is new.

    Attributes
    ----------
    document : dict
    authority : dict or None
        Of an authority that authorities.csv does not have yet.
    observations : list of dict
    claims : list of dict
    """

    def __init__(self, draft, folder=data.DATA):
        self.draft, self.folder = draft, Path(folder)
        self.answers = decided.read(draft.decisions)
        self.chosen = self._chosen()
        self.document = self._document()
        self.authority = self._new_authority()
        self.follow = self._follow()
        self.rows = self._rows()
        self.observations = [self._observation(at) for at in self.rows]
        self.claims = self._claims()

    def _answer(self, name):
        found = self.answers.get(f"{self.draft.slug}/{name}")
        return found if found is not None and found.decided else None

    def _chosen(self):
        """Return for each confirmed number its decision and the rows of proposals it stands by, the chosen one first."""
        chosen = {}
        for target in self.draft.proposals["target"].unique():
            answer = self._answer(target)
            if answer is None or answer.answer == "no":
                continue
            shown = list(options(self.draft, target).itertuples())
            first = shown[max(0, min(answer.option, len(shown) - 1))]
            rest = [row for row in shown if row is not first] if answer.answer == "ambiguous" else []
            chosen[int(target)] = (answer, [first, *rest[:1]])
        return chosen

    def _document(self):
        fields = about(self.draft)
        answer = self._answer("document")
        fields |= answer.fields if answer else {}
        return {"slug": self.draft.slug, **{name: fields[name].strip() for name in DOCUMENT}, "missing": ""}

    def _new_authority(self):
        """Return the row of an authority that is new, as the national statistics name it; None where it is known already."""
        known = data.load("authorities", self.folder)
        slug = data.slug_of(self.document["authority"], self.folder)
        if slug in set(known["slug"]):
            self.document["authority"] = slug
            return None
        from workforce import england

        try:
            found = england.authority(self.document["authority"])
        except ValueError as error:
            raise DraftError([f"the paper's authority: {error}"]) from None
        self.document["authority"] = found.slug
        return {
            "slug": found.slug,
            "name": found.name,
            "gss_code": found.release.areas.loc[found.code, "gss"],
            "dfe_code": found.code,
            "region": found.region,
            "greater_manchester": "no",
        }

    def _follow(self):
        """Return for each confirmed number that its inputs give exactly the formula that stands for it in other claims."""
        follow = {}
        for target, (answer, rows) in self.chosen.items():
            first = rows[0]
            if answer.answer == "yes" and first.agrees and first.reading == "exact" and first.kind in _EXACT:
                follow[target] = formula(first)
        inputs_of = {target: one.inputs for target, one in follow.items()}
        if circles := [target for target, those in inputs_of.items() if leads_to(target, those, inputs_of)]:
            wheres = self.draft.numbers["where"]
            told = "follows from itself by what is confirmed; choose another way to get it, or say no"
            raise DraftError(f"{wheres[target]} {told}" for target in circles)
        return follow

    def _rows(self):
        """Return the rows of observations by number: what confirmed claims rest on, and what was kept as input."""
        rests = {at for _, rows in self.chosen.values() for row in rows for at in self._leaves(row)}
        sets, fields = inputs(self.draft), {}
        for name, places in sets.items():
            answer = self._answer(name.removeprefix(f"{self.draft.slug}/"))
            edited = answer.fields if answer else {}
            kept = answer is not None and answer.answer == "yes"
            for at in places:
                if at in rests or (kept and at not in self.chosen):
                    fields[at] = {**suggested(self.draft.numbers.loc[at]), **edited}
        for at in rests - fields.keys():
            fields[at] = suggested(self.draft.numbers.loc[at])
        wheres = self.draft.numbers["where"]
        rows = {
            at: {**{name: fields[at][name].strip() for name in FIELDS}, "where": wheres[at]} for at in sorted(fields)
        }
        return apart(rows)

    def _observation(self, at):
        number = self.draft.numbers.loc[at]
        upper = number["upper"]
        return {
            "document": self.draft.slug,
            "authority": self.document["authority"],
            **self.rows[at],
            "value": plain(number["value"], number["decimals"]),
            "upper": "" if upper != upper else plain(upper, number["decimals"]),
        }

    def _claims(self):
        made, taken = [], set()
        for target, (answer, rows) in self.chosen.items():
            number = self.draft.numbers.loc[target]
            unit = number["unit"] or self.rows[next(iter(self._leaves(rows[0])))]["unit"]
            entry = {
                "id": _name(number["where"], taken),
                "where": number["where"],
                "says": answer.says.strip() or f"{number['where']}: {number['printed']}.",
                "published": plain(number["value"], number["decimals"]),
                "unit": unit,
            }
            if number["decimals"] < 0:
                entry["precision"] = str(10 ** -int(number["decimals"]))
            readings = [reading for row in rows for reading in self._readings(row, unit)]
            if rows[0].reading == ROUNDED and answer.answer == "yes":
                entry["interval"] = self._interval(rows[0], number)
            if answer.answer == "yes":
                entry["readings"] = readings
            elif len(readings) > 1:
                entry["ambiguous"] = answer.note.strip() or _AMBIGUOUS
                entry["readings"] = [{"name": one["name"], "implies": _implied(one), **one} for one in readings]
            else:
                entry["cannot_be_checked"] = answer.note.strip() or _AMBIGUOUS
            if answer.note.strip() and answer.answer == "yes":
                entry["note"] = answer.note.strip()
            made.append(entry)
        return made

    def _leaves(self, row):
        sums = expand(formula(row), self.follow)
        return [at for at, _ in sums.top + sums.base]

    def _readings(self, row, unit):
        """Return a row of proposals as readings: before one that departs from the words, what the words demand."""
        one = formula(row)
        if row.reading == "truncated":
            return [self._reading(row._replace(reading="exact"), one, unit), self._reading(row, one, unit)]
        if row.reading == "people for per cent" and one.kind == "difference":
            share = replace(one, kind="share", base=one.plus)
            return [self._reading(row._replace(reading="exact"), share, unit), self._reading(row, one, unit)]
        return [self._reading(row, one, unit)]

    def _reading(self, row, one, unit):
        name = in_words(self.draft.numbers, one, self._labels(one.inputs))
        if row.reading != "exact":
            name += f" ({READINGS[row.reading]})"
        reading = {"name": name}
        theirs = self.rows[self._leaves(row)[0]]["unit"]
        if row.reading == "people for per cent" and theirs != unit:
            reading["unit"] = theirs
        sql = query(expand(one, self.follow), self.rows)
        if row.value < 0 <= self.draft.numbers["value"][row.target] or row.reading == "truncated":
            sql = _changed(sql, row, int(self.draft.numbers["decimals"][row.target]))
        return {**reading, "sql": f"{sql}\n" if "\n" in sql or len(sql) > _LONG else sql}

    def _labels(self, places):
        """Return what inputs are called: by what they count, and by what tells them apart; none where that does not."""
        rows = {at: self.rows[at] for at in places if at in self.rows}
        told = [name for name in ("role", "breakdown", "period") if len({row[name] for row in rows.values()}) > 1]
        names = {at: ", ".join(filter(None, (row[name] for name in ("measure", *told)))) for at, row in rows.items()}
        return names if len(set(names.values())) == len(names) else {}

    def _interval(self, row, number):
        """Return the values that the rounding of a formula's inputs, and of the number itself, leaves open."""
        paper = Paper(self.draft.numbers)
        places = max(0, int(number["decimals"])) + 2
        reach = formula(row).slack(paper.values, paper.halves) + 10.0 ** -int(number["decimals"]) / 2
        low, high = (f"{number['value'] + side * reach:.{places}f}" for side in (-1, 1))
        return {"low": low, "high": high, "means": f"{number['printed']}, as near as the rounding of its inputs allows"}

    def put(self, folder):
        """Write into a data folder, the claims file last, each file whole."""
        new = {"authorities": [self.authority] if self.authority else [], "documents": [self.document]}
        new["observations"] = self.observations
        for table in _TABLES:
            path = Path(folder) / data.package(folder)[table]["path"]
            if new[table]:
                _replace(path, _appended(path, new[table], self.draft.slug))
        _replace(
            Path(folder) / "claims" / f"{self.draft.slug}.yml", as_yaml({"claims": self.claims}, self.document["title"])
        )


def _changed(sql, row, decimals):
    """Return a query with the sign of a fall taken off, or with what is beyond the last digit printed cut off."""
    select, _, rest = sql.removeprefix("SELECT ").partition("\nFROM " if "\nFROM " in sql else " FROM ")
    if row.value < 0:
        select = f"abs({select})"
    if row.reading == "truncated":
        select = f"trunc({select} * 1e{decimals}) / 1e{decimals}"
    return f"SELECT {select}\nFROM {rest}"


def plain(value, decimals):
    """Return a number as the data have it: digits and a point, with as many decimals as are printed.

    Examples
    --------
    >>> plain(44.0, 1), plain(13200000.0, -5), plain(1997.0, 0)
    ('44.0', '13200000', '1997')
    """
    return f"{value:.{max(0, int(decimals))}f}"


def _name(where, taken):
    from workforce.words import slug

    base = slug(where.replace("%", " percent "))[:60].strip("-")
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    taken.add(name)
    return name


def _implied(reading):
    """Return what an ambiguous number would be by a reading, so that '... implies (this) of (value)' can be read."""
    return f"a {reading['name']}," if reading["name"].startswith("sum") else f"a number, taken as {reading['name']},"


def _appended(path, rows, document):
    """Return a CSV file's text with rows at its end, in place of those that an unfinished writing of the document left."""
    header, *old = data.records(path)
    key = header.index("document") if "document" in header else header.index("slug")
    wanted = document if path.stem != "authorities" else rows[0]["slug"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(record for record in old if record[key] != wanted)
    writer.writerows([row.get(name, "") for name in header] for row in rows)
    return text.getvalue()


def _replace(path, text):
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


class _TextDumper(yaml.SafeDumper):
    """YAML in which every scalar is text, as claims files are read: 44.0 without quotes, queries as blocks."""

    yaml_implicit_resolvers: dict = {}  # noqa: RUF012 - PyYAML's own way to say that nothing is taken for a number

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def _text(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_TextDumper.add_representer(str, _text)


def as_yaml(content, title):
    """Return a claims file as text, with a line on what it is.

    Examples
    --------
    >>> print(as_yaml({"claims": [{"id": "total", "published": "44.0"}]}, "A paper"))
    # A paper. How to read this file: data/README.md
    claims:
      - id: total
        published: 44.0
    <BLANKLINE>
    """
    body = yaml.dump(content, Dumper=_TextDumper, sort_keys=False, allow_unicode=True, width=118)
    return f"# {' '.join(title.split()).rstrip('.')}. How to read this file: data/README.md\n{body}"
