"""What papers say, the readings under which it might hold, and the verdicts.

A verdict follows from the values alone: see ``Claim.verdict``.
"""

from workforce.claims import misprints, sentences, support, tables
from workforce.claims.files import ACROSS, BESIDE, COMPARISONS, ClaimsError, layout
from workforce.claims.paper import ask, cells, charts, marks
from workforce.claims.register import COLUMNS, Register, counts, evaluate, register, to_frame
from workforce.claims.verdicts import Claim, Provisional, Reading, Verdict

__all__ = [
    "ACROSS",
    "BESIDE",
    "COLUMNS",
    "COMPARISONS",
    "Claim",
    "ClaimsError",
    "Provisional",
    "Reading",
    "Register",
    "Verdict",
    "ask",
    "cells",
    "charts",
    "counts",
    "evaluate",
    "layout",
    "marks",
    "misprints",
    "register",
    "sentences",
    "support",
    "tables",
    "to_frame",
]


def __dir__():
    return __all__
