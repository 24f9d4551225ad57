"""The national statistics 'Children's social work workforce' of the Department for Education: read, compare, download."""

from workforce.national import areas, checks, compare, download, measures, neighbours, release, revisions

__all__ = ["areas", "checks", "compare", "download", "measures", "neighbours", "release", "revisions"]


def __dir__():
    return __all__
