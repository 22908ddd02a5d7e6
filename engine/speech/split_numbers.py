"""Numbers that are written down in two parts: "100 and 25 micrograms" was most likely 125.

Nothing is changed, as somebody may have said just that; all three words become unsure, so that they are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.evidence.lexicons import Lexicons
from engine.evidence.measures import DOSE_UNITS
from engine.speech.reading import Item, Kind, Reading
from engine.speech.rewriting import Span, rewritten
from engine.speech.segments import Segment

_PARTS = 4  # number, "and", number, unit
# A first part is hundreds or thousands, as numbers are spoken with an "and".
_ROUND = (1_000.0, 100.0)


def with_doubts(segments: Sequence[Segment], lexicons: Lexicons) -> list[Segment]:
    """The segments, with what may be one number in two parts made unsure."""
    items = Reading(segments, lexicons).items
    parts = [items[at : at + _PARTS] for at in range(len(items) - _PARTS + 1)]
    doubted = [Span(first.start, second.end) for first, _and, second, _unit in filter(_is_split, parts)]
    return rewritten(segments, [], doubted) if doubted else list(segments)


def _is_split(parts: Sequence[Item]) -> bool:
    first, between, second, unit = parts
    if first.kind is not Kind.NUMBER or between.key != "and" or second.kind is not Kind.NUMBER:
        return False
    if unit.kind is not Kind.UNIT or unit.key not in DOSE_UNITS:
        return False
    hundreds, rest = float(first.key), float(second.key)
    return any(hundreds >= whole and hundreds % whole == 0 and 0 < rest < whole for whole in _ROUND)
