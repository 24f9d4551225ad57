"""What a claim is, and the verdict that follows from its values."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from workforce.hedges import Interval
from workforce.rounding import half_up


class Verdict(StrEnum):
    """What the values say of a claim, best first."""

    REPRODUCES = "reproduces"
    OTHERWISE = "reproduces under another reading"
    DOES_NOT = "does not reproduce"
    CANNOT = "cannot be checked"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Reading:
    """One way in which a claim might have been worked out; ``implies`` says what an ambiguous claim's value is.

    An explanation is one too, but was found by searching for the printed value: it tells what that may be instead, and decides
    nothing.
    """

    name: str
    sql: str
    unit: str = ""
    implies: str = ""
    value: float | None = None

    def __repr__(self):
        return f"<Reading '{self.name}': {self.value if self.value is None else f'{self.value:g}'} {self.unit}>"


@dataclass(frozen=True)
class Provisional:
    """Why a figure is held against statistics that were revised since it was quoted, and by how much revisions may part them."""

    why: str
    within: float


@dataclass(frozen=True)
class Claim:
    """A published number or statement that the data can be asked about.

    ``provisional`` is set for a figure quoted from statistics that came out after the paper or were revised since. Where
    ``partitioned``, the readings are partitions of one whole, and each must give what is published.
    """

    id: str
    document: str
    authority: str
    where: str
    says: str
    published: str
    unit: str
    precision: Decimal | None = None
    interval: Interval | None = None
    readings: tuple[Reading, ...] = field(default=())
    partitioned: bool = False
    cannot_be_checked: str = ""
    ambiguous: str = ""
    provisional: Provisional | None = None
    explanation: Reading | None = None
    topic: str = ""
    note: str = ""

    def __repr__(self):
        return f"<Claim {self.id}: {self.published} {self.unit}, {self.verdict}>"

    def borne_out_by(self, value):
        """Tell whether ``value`` lies in the claim's interval or, if it has none, rounds to the published number."""
        if self.interval is not None:
            return value in self.interval
        return half_up(value, self.precision) == Decimal(self.published)

    @property
    def verdict(self):
        """The verdict: ambiguous or not to be checked where the file says why; else by the first reading that fits.

        Of partitions all must fit.

        A provisional figure that no reading gives cannot be checked where one comes as near as revisions may part the two.
        """
        if self.cannot_be_checked:
            return Verdict.CANNOT
        if self.ambiguous:
            return Verdict.AMBIGUOUS
        fits = [self.borne_out_by(reading.value) for reading in self.readings]
        if self.partitioned:
            return Verdict.REPRODUCES if all(fits) else Verdict.DOES_NOT
        if fits[0]:
            return Verdict.REPRODUCES
        if any(fits):
            return Verdict.OTHERWISE
        return Verdict.CANNOT if self._may_be_revised else Verdict.DOES_NOT

    @property
    def _may_be_revised(self):
        if self.provisional is None:
            return False
        gaps = [abs(reading.value - float(self.published)) for reading in self.readings]
        return round(min(gaps), 9) <= self.provisional.within

    @property
    def reason(self):
        """Why the claim has no verdict that values decide; an empty text where they do."""
        if self.verdict is Verdict.CANNOT:
            return self.cannot_be_checked or self.provisional.why
        return self.ambiguous

    @property
    def as_stated(self):
        """The reading that the words demand, or None where there is none or the words do not decide.

        Of partitions it is the first that fails, or the first where all hold.
        """
        if self.partitioned:
            return next(iter(self.failing), self.readings[0])
        return self.readings[0] if self.readings and not self.ambiguous else None

    @property
    def failing(self):
        """The readings that do not give what is published."""
        return tuple(reading for reading in self.readings if not self.borne_out_by(reading.value))

    @property
    def deciding(self):
        """The reading that decided the verdict, or None: the first that fits, else the one as stated."""
        if self.verdict is Verdict.OTHERWISE:
            return next(reading for reading in self.readings if self.borne_out_by(reading.value))
        return self.as_stated

    @property
    def decided_by(self):
        """The name of the reading that decided, of partitions that all hold the names of all; empty where none decided."""
        if self.partitioned and not self.failing:
            return " and ".join(reading.name for reading in self.readings)
        return self.deciding.name if self.deciding else ""

    def shown(self, value):
        """Return a reading's value rounded to two digits more than the claim prints, without trailing zeros."""
        exponent = self.precision.adjusted() if self.precision else 0
        rounded = half_up(value, Decimal(1).scaleb(min(exponent, 0) - 2))
        return format(rounded.normalize() + 0, "f")
