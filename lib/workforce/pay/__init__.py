"""Pay scales: papers' pay tables, working weeks, the national pay spine, ranks, and what a rise would cost.

Scales are frames with a row for each end of each scale, as ``scales`` gives them: ``document`` (the paper), ``authority``,
``role``, ``end`` (``entry``, ``top``, or ``single`` for a post of which one amount is printed), ``spine`` (whose points:
``national`` or ``local``), ``scp`` (spinal column point), ``annual`` (GBP per year) and ``hourly`` (GBP per hour, to a penny).
Of a frame of your own, ``authority, role, end`` and ``annual`` are enough, see ``complete``.
"""

from workforce.pay.benchmark import (
    BASES,
    ENDS,
    Position,
    gaps_over_time,
    headroom,
    ladder,
    position,
    ranks,
    steps,
)
from workforce.pay.costs import TARGETS, Cost, WhatIf, cost, what_if
from workforce.pay.frames import complete
from workforce.pay.spine import april_of, awards, off_spine, repair, salary, spine_check, spine_values, uprate
from workforce.pay.tables import Tables, check, documents, partial_scales, scales, tables
from workforce.pay.weeks import hourly_rate, hours_of, in_hours, odd_pairs, working_weeks

__all__ = [
    "BASES",
    "ENDS",
    "TARGETS",
    "Cost",
    "Position",
    "Tables",
    "WhatIf",
    "april_of",
    "awards",
    "check",
    "complete",
    "cost",
    "documents",
    "gaps_over_time",
    "headroom",
    "hourly_rate",
    "hours_of",
    "in_hours",
    "ladder",
    "odd_pairs",
    "off_spine",
    "partial_scales",
    "position",
    "ranks",
    "repair",
    "salary",
    "scales",
    "spine_check",
    "spine_values",
    "steps",
    "tables",
    "uprate",
    "what_if",
    "working_weeks",
]


def __dir__():
    return __all__
