"""Check, compare and model what English councils publish about their children's social workers.

The doors for an analyst, each loaded when it is first used: an ``authority`` of England and its ``rates``, ``claims`` of papers,
``pay``, ``trends``, ``series``, the ``retention`` payment, ``charts``, and ``sql`` over all tables.
"""

from importlib import import_module

_ENGLAND = ("authority", "rates", "release", "sql")
_MODULES = ("charts", "claims", "data", "national", "pay", "retention", "series", "trends", "words")
__all__ = ["authority", "charts", "claims", "data", "national", "pay", "rates", "release", "retention", "series", "sql"]
__all__ += ["trends", "words"]


def __getattr__(name):
    if name in _ENGLAND:
        return getattr(import_module("workforce.england"), name)
    if name in _MODULES:
        return import_module(f"workforce.{name}")
    raise AttributeError(f"workforce has no '{name}'; it has: {', '.join(__all__)}")


def __dir__():
    return __all__
