"""Amounts that a written source does give, but of something else: the dose of another weight, drug or age."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evidence.comparison.amounts import amount_kind, could_be_the_same
from engine.evidence.comparison.difference import Difference, is_tenfold, of_quantity
from engine.evidence.measures import Quantity
from engine.evidence.schedules import Part
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Statements


def misplaced(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """Amounts for which another stands beside more of the sentence than they do.

    Of "a child of 20 kg gets 0.3 mg", "a child of 30 kg gets 0.3 mg" holds the child; "a child of 20 kg gets 0.15 mg"
    holds that and the weight, so it is the one meant. It outdoes only what holds less of the same, by more than an
    everyday word: where each holds something that the other does not, a sentence may well have been made of both.
    Speech tells one thing in many turns, so only written sources are compared like this.
    """
    parts = [(part, _held(claim, part)) for part in index.written_amounts]
    for quantity in claim.quantities:
        if not quantity.unit:
            continue
        givers = [held for part, held in parts if _gives(part, quantity)]
        rivals = [
            (part, held, other)
            for part, held in parts
            if not _gives(part, quantity)
            for other in part.quantities
            if could_be_the_same(quantity, other) and not any(other.equals(each) for each in claim.quantities)
        ]
        if not givers or not rivals:
            continue
        most = max(len(held - index.everyday) for _, held, _ in rivals)
        part, held, other = min(
            (rival for rival in rivals if len(rival[1] - index.everyday) == most),
            key=lambda rival: (not is_tenfold(quantity, rival[2]), abs(rival[2].low - quantity.low)),
        )
        mine = _key(quantity)
        if all(giver - {mine} <= held and held - giver - index.everyday for giver in givers):
            yield of_quantity(amount_kind(quantity), claim, quantity, part.segment, other)


def _held(claim: Statements, part: Part) -> frozenset[str]:
    """What a part of a source holds of a sentence: terms and amounts."""
    terms = part.names.intersection(mention.name for mention in claim.mentions)
    return terms | {_key(quantity) for quantity in claim.quantities if _gives(part, quantity)}


def _gives(part: Part, quantity: Quantity) -> bool:
    return any(bool(each.unit) == bool(quantity.unit) and quantity.equals(each) for each in part.quantities)


def _key(quantity: Quantity) -> str:
    return f"{quantity.first}: {quantity.low} {quantity.unit}"
