"""Which segments of the sources bear a sentence out, and how much of it they hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.evidence.measures import DOSE_UNITS, Quantity
from engine.evidence.segments import Segment
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Statements

_MOST_SEGMENTS = 4
_WORTH = 0.12  # a further segment must add this share
_OF_A_QUANTITY = 1.5
_SAME_AMOUNT = 0.8  # an amount that is said too, beside the words of a sentence: two weeks may be of anything
_ASKED = 0.5  # what a question without an answer is worth
_SHOWN_ASKED = 0.8  # what is stated is shown before what is only asked
_FEW_TERMS = 3  # so few need the help of any amount to find their place, more only that of a dose
_ELSEWHERE = 0.6  # what is worth a term that the source mentions, but not beside the rest of the sentence


def segments_for(claim: Statements, weights: dict[str, float], index: SourceIndex) -> list[tuple[Segment, float]]:
    """The segments that together hold most of the sentence, each adding to those before it."""
    whole = math.fsum(weights.values()) or 1.0
    by_segment = _holding(claim, weights, index)
    chosen: list[tuple[Segment, float]] = []
    left = weights | {_key(quantity): _OF_A_QUANTITY for quantity in claim.quantities}

    def worth(held: dict[str, float]) -> float:
        return math.fsum(left[name] * share for name, share in held.items())

    while by_segment and len(chosen) < _MOST_SEGMENTS:
        number, held = max(by_segment.items(), key=lambda item: (worth(item[1]), -item[0]))
        gain = worth(held) / whole
        if chosen and gain < _WORTH:
            break
        for name, share in held.items():
            left[name] *= 1.0 - share
        chosen.append((index.segments[number], round(gain, 3)))
        del by_segment[number]
    return chosen


def _holding(claim: Statements, weights: dict[str, float], index: SourceIndex) -> dict[int, dict[str, float]]:
    """Which segments hold which terms and amounts of a sentence, by number: what is only asked in part, and so the
    knee of a "knee pain" that nobody named in one."""
    found: dict[int, dict[str, float]] = {}
    for mention in claim.mentions:
        names = (mention.name,) if index.places(mention.name) else mention.parts
        for name in names:
            for place in index.places(name):
                held = found.setdefault(place.segment.number, {})
                share = (_SHOWN_ASKED if place.mention.negated is None else 1.0) / len(names)
                held[mention.name] = max(held.get(mention.name, 0.0), share)
    few = len(weights) < _FEW_TERMS
    for quantity in (each for each in claim.quantities if few or each.unit in DOSE_UNITS):
        for number in index.segments_with(quantity):
            found.setdefault(number, {})[_key(quantity)] = 1.0
    return found


def share_held(claim: Statements, weights: dict[str, float], near: Sequence[Segment], index: SourceIndex) -> float:
    """Share of the weight that these segments hold. What they only ask counts less for what is affirmed, and so
    does what other segments hold."""
    said: dict[str, bool] = {}
    for segment in near:
        for mention in segment.statements.mentions:
            for name in (mention.name, *mention.implied):
                said[name] = said.get(name, False) or mention.negated is not None
    affirmed = {each.name for each in claim.mentions if each.negated is False or (each.negated and not each.kind)}
    elsewhere = {mention.name for mention in claim.mentions if index.mentions(mention)}
    held = 0.0
    for name, weight in weights.items():
        if name not in said:
            held += weight * (_ELSEWHERE if name in elsewhere else 0.0)
        else:
            held += weight * (1.0 if said[name] or name not in affirmed else _ASKED)
    amounts = [quantity for segment in near for quantity in segment.statements.quantities]
    said_amounts = sum(any(mine.equals(each) for each in amounts) for mine in claim.quantities if mine.unit)
    amount = said_amounts * _SAME_AMOUNT
    whole = math.fsum(weights.values()) + amount
    return (held + amount) / whole if whole else 1.0


def _key(quantity: Quantity) -> str:
    return f"{quantity.low} {quantity.high} {quantity.unit}"
