"""Empty vertical strips that several lines share: what tells columns from the chance gaps of justified text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from engine.documents.pdf.fragments import Fragment

Strip = tuple[float, float]
_NARROWEST = 2.0  # points


def gaps(row: Sequence[Fragment]) -> list[Strip]:
    """The gaps between the segments of one line, from left to right."""
    ordered = sorted(row, key=lambda s: s.x0)
    found: list[Strip] = []
    reached = ordered[0].x1
    for segment in ordered[1:]:
        if segment.x0 > reached + _NARROWEST:
            found.append((reached, segment.x0))
        reached = max(reached, segment.x1)
    return found


def shared_strips(
    rows: Sequence[Sequence[Fragment]], least: int = 3, share: float = 0.7, narrowest: float = _NARROWEST
) -> list[Strip]:
    """Strips inside the gaps of at least that share (and number) of the lines that have gaps, crossed by few others."""
    with_gaps = [found for row in rows if (found := gaps(row))]
    if len(with_gaps) < least:
        return []
    edges = sorted({edge for found in with_gaps for gap in found for edge in gap})
    needed = max(least, share * len(with_gaps))
    strips: list[Strip] = []
    for low, high in itertools.pairwise(edges):
        inside = sum(any(a <= low and high <= b for a, b in found) for found in with_gaps)
        if inside < needed:
            continue
        crossing = sum(any(s.x0 < low and s.x1 > high for s in row) for row in rows)
        if crossing > inside:
            continue
        if strips and strips[-1][1] == low:
            strips[-1] = (strips[-1][0], high)
        else:
            strips.append((low, high))
    return [strip for strip in strips if strip[1] - strip[0] >= narrowest]


def split_at(row: Sequence[Fragment], strips: Sequence[Strip]) -> list[list[Fragment]]:
    """The segments of a line in groups parted by the strips; gaps of chance stay inside a group."""
    ordered = sorted(row, key=lambda s: s.x0)
    groups = [[ordered[0]]]
    for segment in ordered[1:]:
        before = max(other.x1 for other in groups[-1])
        if any(min(high, segment.x0) - max(low, before) >= _NARROWEST for low, high in strips):
            groups.append([segment])
        else:
            groups[-1].append(segment)
    return groups
