"""Quantities compared by what they measure: amounts with units, ratios and ranges."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.evidence.dates import Date

TIME_UNITS = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
DOSE_UNITS = frozenset({"mg", "ug", "g", "ml", "iu", "units", "meq", "mg/kg", "ug/kg", "mg/ml"})
_ONLY_ALIKE = frozenset({"ratio", "age", "age in months", "age in weeks", "age in days", "date"})
_SCALE = 10.0
_SAME = 0.005  # relative: what rounding at the third figure leaves
_ROUNDED = 0.02  # after a conversion, which people round


@dataclass(frozen=True)
class Quantity:
    """Tokens [first, last) say low to high of a unit; unit "" is a plain number, "ratio" is low over high,
    "date" is a year and a month (see date).

    analyte: mg/dL for one mmol/L of what is measured, where that is known.
    """

    first: int
    last: int
    low: float
    high: float
    unit: str = ""
    analyte: float | None = None
    date: Date | None = None

    @property
    def is_ratio(self) -> bool:
        return self.unit == "ratio"

    def equals(self, other: Quantity) -> bool:
        """Whether both say the same amount, in whatever units."""
        if self.date is not None or other.date is not None:
            return self.date is not None and other.date is not None and self.date.agrees(other.date)
        if self.is_ratio or other.is_ratio:
            return self._same_ratio(other) or other._same_ratio(self)
        if self.unit == other.unit or "" in (self.unit, other.unit):
            return _close(self.low, other.low, _SAME) and _close(self.high, other.high, _SAME)
        factor = conversion(self.unit, other.unit, self.analyte or other.analyte)
        if factor is None:
            return False
        scale, shift = factor
        return all(
            _close(mine * scale + shift, theirs, _ROUNDED)
            for mine, theirs in ((self.low, other.low), (self.high, other.high))
        )

    def _same_ratio(self, other: Quantity) -> bool:
        """ "6/10" is also said as "a six"."""
        same = (self.low, self.high, self.unit) == (other.low, other.high, other.unit)
        return same or (self.high == _SCALE and self.is_ratio and other.unit == "" and other.low == self.low)

    def comparable(self, other: Quantity) -> bool:
        """Whether the two could be different statements of one thing: the same dimension."""
        if self.unit == other.unit:
            return True
        return (
            bool(self.unit and other.unit)
            and conversion(self.unit, other.unit, self.analyte or other.analyte) is not None
        )


def conversion(unit: str, other: str, analyte: float | None) -> tuple[float, float] | None:
    """Scale and shift from unit to other, None if they measure different things."""
    if analyte is not None and {unit, other} == {"mmol/l", "mg/dl"}:
        return (analyte if unit == "mmol/l" else 1 / analyte), 0.0
    return _conversion(unit, other)


@cache
def _conversion(unit: str, other: str) -> tuple[float, float] | None:
    if _ONLY_ALIKE & {unit, other} or not unit or not other:
        return None
    registry = _registry()
    try:
        zero = float(registry.Quantity(0.0, unit).to(other).magnitude)
        one = float(registry.Quantity(1.0, unit).to(other).magnitude)
    except registry_errors():
        return None
    return one - zero, zero


@cache
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    registry.define("iu = [international_unit]")
    registry.define("units = [insulin_unit]")
    registry.define("meq = [equivalent]")
    return registry


def registry_errors() -> tuple[type[Exception], ...]:
    """What pint raises for units that it does not know or that do not convert into each other."""
    import pint

    return (pint.DimensionalityError, pint.UndefinedUnitError, pint.OffsetUnitCalculusError)


def _close(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))
