"""The authorities of England by any of their names: rates over the years, beside neighbours, and what the project has of them."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import pandas as pd

from workforce import data
from workforce.national import compare, neighbours
from workforce.national import release as releases
from workforce.national.measures import BY_HEADCOUNT, MEASURES, Measure
from workforce.national.release import Release

__all__ = ["Authority", "authority", "measure", "rates", "release", "sql"]


def __dir__():
    return __all__


_BY_NAME = {one.name: one for one in (*MEASURES, *BY_HEADCOUNT)}


@dataclass(frozen=True, eq=False)
class Authority:
    """An authority in a release of the national statistics, with its statistical neighbours; ``authority`` makes it."""

    release: Release
    code: str
    known_neighbours: neighbours.Neighbours | None

    @property
    def name(self) -> str:
        """Its name."""
        return self.release.areas.loc[self.code, "name"]

    @property
    def slug(self) -> str:
        """Its short name, as the notebooks take it."""
        return self.release.areas.loc[self.code, "slug"]

    @property
    def region(self) -> str:
        """Its region's name."""
        areas = self.release.areas
        return areas.loc[areas.loc[self.code, "region"], "name"]

    def __repr__(self):
        papers = ", ".join(self.papers) or "none"
        years = f"{self.release.years[0]} to {self.release.latest}"
        return f"{self.name} ({self.code}), {self.region}: {years}; {len(self.neighbours)} neighbours; papers: {papers}"

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """Its statistical neighbours, the nearest first: ``code, name``.

        Examples
        --------
        >>> authority("Walsall").neighbours["name"].head(3).tolist()
        ['Rochdale', 'Stoke-on-Trent', 'Tameside']
        """
        known = self.release.areas
        keys = self.known_neighbours.of(self.code, self.release.authorities())[0] if self.known_neighbours else []
        return pd.DataFrame({"code": keys, "name": known.loc[keys, "name"].tolist()}, dtype=str)

    @property
    def papers(self) -> list[str]:
        """The slugs of its papers in the project."""
        papers = data.load("documents")
        return papers.loc[papers["authority"] == self.slug, "slug"].tolist()

    def rates(self, *names: str) -> pd.DataFrame:
        """Return its published rates by year, a column a measure; all five without names. Missing ones may not be used.

        Examples
        --------
        >>> authority("Birmingham").rates("turnover rate", "vacancy rate").loc[2024].to_dict()
        {'turnover rate': 12.9, 'vacancy rate': 26.6}
        """
        chosen = [measure(name) for name in names] or list(MEASURES)
        return pd.DataFrame({one.name: self.release.series(self.code, one.rate) for one in chosen})

    def beside(self, name: str) -> pd.DataFrame:
        """Return one rate by year beside its region, England and the median of its neighbours, a column each.

        Examples
        --------
        >>> list(authority("Birmingham").beside("vacancy rate"))
        ['Birmingham', 'West Midlands', 'England', 'statistical neighbours, median']
        """
        return compare.over_years(self.release, measure(name), self.code, self.known_neighbours)

    def chart(self, *names: str):
        """Return a picture of rates beside neighbours, region and England, with its numbers in words and as a table.

        Examples
        --------
        >>> authority("Birmingham").chart("vacancy rate").data.columns.tolist()[:2]
        ['measure', 'year']
        """
        from workforce import charts, words
        from workforce.display import Column, chart

        chosen = names or [one.name for one in MEASURES]
        wide = pd.concat([self.beside(name).assign(measure=name).reset_index() for name in chosen], ignore_index=True)
        wide = wide[["measure", "year", *(column for column in wide if column not in ("measure", "year"))]]
        drawn = wide.melt(["measure", "year"], var_name="series").rename(columns={"measure": "panel"})
        title = f"{self.name} beside others: {words.listed(list(chosen))}"
        known = {name: self.rates(name)[name].dropna() for name in chosen}
        said = " ".join(
            f"{name}: {', '.join(f'{words.amount(one.iloc[at], str(), 1)} in {one.index[at]}' for at in (0, -1))}."
            for name, one in known.items()
            if len(one)
        )
        columns = {"measure": Column("measure"), "year": Column("year", say=lambda row: str(row["year"]))}
        columns |= {name: Column(name, decimals=1) for name in wide if name not in columns}
        return chart(charts.small_multiples_by_year(drawn, self.name), title, said, wide, self.release.name, columns)

    def claims(self):
        """Return the statements of its papers with their verdicts, see ``claims.register``; none without a paper.

        Examples
        --------
        >>> authority("Walsall").claims().of("does not reproduce")[0].published
        'below'
        """
        from workforce import claims

        return claims.register(self.slug) if self.papers else claims.Register()


def release(name: str = "") -> Release:
    """Return the newest release of the national statistics, in the box or downloaded, or the one of a file's name.

    Examples
    --------
    >>> release().name
    "Children's social work workforce, 2017 to 2025 (csww_indicators_2017_to_2025.csv)"
    """
    return releases.newest(name)


def authority(name: str, release_name: str = "") -> Authority:
    """Return an authority by its name, a part of it that stands for the whole, short name or code.

    Raises ValueError for one that is not in the release, with the nearest names.

    Examples
    --------
    >>> authority("Birmingham")
    Birmingham (330), West Midlands: 2017 to 2025; 10 neighbours; papers: none
    >>> authority("330").slug, authority("Bristol").name
    ('birmingham', 'Bristol, City of')
    """
    found = release(release_name)
    return Authority(found, found.find(str(name)), neighbours.newest())


def measure(name: str) -> Measure:
    """Return a measure of the statistics by its name. Raises ValueError for another name, with those that there are.

    Examples
    --------
    >>> measure("vacancy rate").rate
    'vacancy_rate_fte'
    """
    return _BY_NAME[data.choose(name, _BY_NAME, "measure")]


def rates(name: str, release_name: str = "") -> pd.DataFrame:
    """Return one rate of every authority that made a return for the latest year: ``code, name, region``, and a column a year.

    Examples
    --------
    >>> found = rates("vacancy rate").set_index("name")
    >>> found.loc[["Birmingham", "Walsall"], 2024].tolist()
    [26.6, 8.3]
    """
    found, column = release(release_name), measure(name).rate
    wide = found.values[column].unstack("year").reindex(found.authorities())
    known = found.areas.loc[wide.index]
    names = {
        "code": wide.index,
        "name": known["name"].to_numpy(),
        "region": found.areas.loc[known["region"], "name"].to_numpy(),
    }
    return pd.DataFrame(names).join(wide.reset_index(drop=True)).sort_values("name", ignore_index=True)


def sql(query: str) -> pd.DataFrame:
    """Ask the data in SQL, reading only: the tables of ``data/``, those of ``claims.tables``, and ``census``, the newest release.

    ``census`` has a row an area and year: ``code, name, level, region, year`` and the columns of the release.

    Raises QueryError for what is not a single SELECT, or fails.

    Examples
    --------
    >>> sql("SELECT count(DISTINCT authority) AS councils FROM pay_scales")
       councils
    0        10
    """
    return pd.DataFrame(_tables(data.content(), tuple(map(str, releases.files()))).rows(query))


@lru_cache(maxsize=1)
def _tables(state, files):
    """Return the tables to ask, made once for each state of the data."""
    from workforce.claims import tables
    from workforce.query import Tables

    found = release()
    census = found.values.reset_index().rename(columns={"area": "code"})
    known = found.areas.assign(region=found.areas["region"].map(found.areas["name"]))
    told = known.loc[census["code"], ["name", "level", "region"]].reset_index(drop=True)
    census = pd.concat([census[["code"]], told, census.drop(columns="code")], axis=1)
    return Tables({**tables.frames(), "census": census})
