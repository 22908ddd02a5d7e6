"""Amounts that a written source does give, but of something else: the dose of another weight, drug or age."""

from __future__ import annotations

from collections.abc import Iterator

from engine.evidence.comparison.amounts import amount_kind, could_be_the_same
from engine.evidence.comparison.difference import Difference, is_tenfold, of_quantity
from engine.evidence.measures import Quantity
from engine.evidence.segments import Segment
from engine.evidence.source_index import SourceIndex
from engine.evidence.statements import Statements


def misplaced(claim: Statements, index: SourceIndex) -> Iterator[Difference]:
    """Amounts for which another stands beside more of the sentence than they do.

    Of "a child of 20 kg gets 0.3 mg", "a child of 30 kg gets 0.3 mg" holds the child; "a child of 20 kg gets 0.15 mg"
    holds that and the weight, so it is the one meant. A segment is compared only with those that hold less of the same:
    where each holds something that the other does not, a sentence may well have been made of both. Speech tells one
    thing in many turns, so only written sources are compared like this.
    """
    telling = {mention.name for mention in claim.mentions if mention.name not in index.everyday}
    holds = {segment.number: _held(claim, telling, segment) for segment in index.written_amounts}
    for quantity in claim.quantities:
        if not quantity.unit:
            continue
        givers = [each for each in index.written_amounts if _gives(each, quantity)]
        rivals = [
            (segment, other)
            for segment in index.written_amounts
            if segment not in givers
            for other in segment.statements.quantities
            if could_be_the_same(quantity, other) and not any(other.equals(each) for each in claim.quantities)
        ]
        if not givers or not rivals:
            continue
        most = max(len(holds[segment.number]) for segment, _ in rivals)
        best = [pair for pair in rivals if len(holds[pair[0].number]) == most]
        segment, other = min(
            best, key=lambda pair: (not is_tenfold(quantity, pair[1]), abs(pair[1].low - quantity.low))
        )
        mine = _key(quantity)
        if all(holds[each.number] - {mine} < holds[segment.number] for each in givers):
            yield of_quantity(amount_kind(quantity), claim, quantity, segment, other)


def _held(claim: Statements, telling: set[str], segment: Segment) -> set[str]:
    """What a segment holds of a sentence: terms and amounts."""
    terms = {name for mention in segment.statements.mentions for name in (mention.name, *mention.implied)} & telling
    return terms | {_key(quantity) for quantity in claim.quantities if _gives(segment, quantity)}


def _gives(segment: Segment, quantity: Quantity) -> bool:
    return any(
        bool(each.unit) == bool(quantity.unit) and quantity.equals(each) for each in segment.statements.quantities
    )


def _key(quantity: Quantity) -> str:
    return f"{quantity.first}: {quantity.low} {quantity.unit}"
