"""Fragments that touch on one line, joined: the units that layout arranges."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from engine.documents.pdf.fragments import Fragment

_LEADERS = re.compile(r"(?:\s?[.·…_]){5,}")
TOUCH = 0.9  # of the height: the gap that still reads as a space


def merge_touching(fragments: list[Fragment], touch: float = TOUCH) -> list[Fragment]:
    """Join fragments that stand next to each other on one line; the result is ordered from the top."""
    remaining = sorted(fragments, key=lambda f: f.x0)
    merged: list[list[Fragment]] = []
    open_chains: list[list[Fragment]] = []
    for fragment in remaining:
        best: list[Fragment] | None = None
        for chain in open_chains:
            last = chain[-1]
            if _touches(last, fragment, touch) and (best is None or last.x1 > best[-1].x1):
                best = chain
        if best is not None:
            best.append(fragment)
        else:
            chain = [fragment]
            merged.append(chain)
            open_chains.append(chain)
        if len(open_chains) > 40:
            reach = fragment.x0 - 60
            open_chains = [chain for chain in open_chains if chain[-1].x1 > reach]
    joined = [chain[0] if len(chain) == 1 else _join(chain) for chain in merged]
    for segment in joined:
        if "....." in segment.text or ". . ." in segment.text or "____" in segment.text:
            segment.text = _LEADERS.sub(" … ", segment.text).replace("  ", " ").strip()
    return sorted(joined, key=lambda f: (f.y0, f.x0))


def group_lines(segments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Segments on one base line together, from the top."""
    rows: list[list[Fragment]] = []
    for segment in sorted(segments, key=lambda s: (s.middle, s.x0)):
        if rows:
            last = rows[-1][-1]
            lower = min(segment.height, last.height)
            clear = all(segment.x0 >= s.x1 - 0.5 * lower or segment.x1 <= s.x0 + 0.5 * lower for s in rows[-1])
            if abs(segment.middle - last.middle) < 0.45 * lower and clear:
                rows[-1].append(segment)
                continue
        rows.append([segment])
    return rows


def _touches(left: Fragment, right: Fragment, touch: float) -> bool:
    gap = right.x0 - left.x1
    tall = max(left.height, right.height)
    if not -0.5 * tall <= gap <= touch * tall:
        return False
    overlap = min(left.y1, right.y1) - max(left.y0, right.y0)
    return overlap >= 0.5 * min(left.height, right.height)


def _join(chain: list[Fragment]) -> Fragment:
    main = max(chain, key=lambda f: len(f.text))
    rtl = sum(len(f.text) for f in chain if f.rtl) * 2 > sum(len(f.text) for f in chain)
    ordered = chain[::-1] if rtl else chain
    text = ordered[0].text
    for before, after in itertools.pairwise(ordered):
        gap = before.x0 - after.x1 if rtl else after.x0 - before.x1
        text += (" " if gap > 0.12 * max(before.size, after.size) else "") + after.text
    letters = sum(len(f.text) for f in chain)
    bold = sum(len(f.text) for f in chain if f.bold) >= 0.8 * letters
    # Superscripts must not stretch the line: its height is that of its main run.
    y0 = min(main.y0, *(f.y0 for f in chain if f.size >= 0.9 * main.size)) if len(chain) > 1 else main.y0
    y1 = max(main.y1, *(f.y1 for f in chain if f.size >= 0.9 * main.size)) if len(chain) > 1 else main.y1
    x0, x1 = min(f.x0 for f in chain), max(f.x1 for f in chain)
    return Fragment(x0, y0, x1, y1, text, main.size, bold, rtl, chain[0].first, chain[-1].last, chain)
