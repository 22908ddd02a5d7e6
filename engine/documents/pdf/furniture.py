"""Headers, footers and page numbers: what repeats in the margins of page after page and is not part of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.rulings import Grid
from engine.documents.pdf.segments import group_lines

_ZONE = 0.3  # of the page height, at the top and at the bottom
_ROWS = 4  # outermost rows looked at in each zone
_DRIFT = 8.0  # points: how far a repeated row may move between pages
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_OF = re.compile(
    r"^[-–—|\s]*(?:page|seite|página|pagina|p\.)?\s*#\s*(?:of|/|von|de|sur|di)\s*#[-–—|\s]*$|^(?:page|seite|página)\s*#$"
)
_PLAIN_NUMBER = re.compile(r"^[-–—|\[(\s]*#[-–—|\])\s]*$")


@dataclass(frozen=True)
class _Row:
    page: int
    key: str
    y: float
    top: bool
    number: int | None
    members: tuple[int, ...]


def find_furniture(pages: Sequence[tuple[list[Fragment], list[Grid], float]]) -> set[int]:
    """Identities (id()) of fragments that are headers, footers or page numbers.

    pages: fragments, ruled grids and height of each page in upright coordinates. A row counts as repeated when it is on
    at least half of three or more pages, on most pages of one parity, or on five pages in succession. Only rows with
    nothing but such rows between them and the edge are taken, so that like words inside the text stay.
    """
    margins = [margin for number, page in enumerate(pages) for margin in _margins(number, *page)]
    repeated = _repeated([row for margin in margins for row in margin], len(pages))
    found: set[int] = set()
    for margin in margins:
        for row in takewhile(lambda row: id(row) in repeated, margin):
            found.update(row.members)
    for fragments, _, _ in pages:
        if all(id(fragment) in found for fragment in fragments):
            found.difference_update(map(id, fragments))  # a page that says nothing else is not furniture
    return found


def _repeated(rows: list[_Row], total: int) -> set[int]:
    """Identities of the rows that stand in the same place on many pages, or that count the pages."""
    by_key: dict[tuple[str, bool], list[_Row]] = {}
    for row in rows:
        by_key.setdefault((row.key, row.top), []).append(row)
    found = {id(row) for row in _running_numbers(rows, total)}
    for (key, _), group in by_key.items():
        for cluster in _by_height(group):
            if _PAGE_OF.match(key) or _repeats({row.page for row in cluster}, total):
                found.update(map(id, cluster))
    return found


def _margins(page: int, fragments: list[Fragment], grids: list[Grid], height: float) -> tuple[list[_Row], list[_Row]]:
    """The rows at the top and at the bottom of a page, each from the edge inwards."""
    low, high = height * _ZONE, height * (1 - _ZONE)
    # A table that reaches into the page is content, even where its head row repeats.
    bodies = [g.box for g in grids if g.box[1] < high and g.box[3] > low]
    loose = [f for f in fragments if not any(b[0] <= f.x0 <= b[2] and b[1] <= f.middle <= b[3] for b in bodies)]
    top = group_lines([f for f in loose if f.y1 <= low])[:_ROWS]
    bottom = group_lines([f for f in loose if f.y0 >= high])[: -_ROWS - 1 : -1]
    return [_row(page, line, top=True) for line in top], [_row(page, line, top=False) for line in bottom]


def _row(page: int, line: list[Fragment], *, top: bool) -> _Row:
    ordered = sorted(line, key=lambda f: f.x0)
    text = " ".join(f.text for f in ordered).casefold()
    numbers = _NUMBER.findall(text)
    key = "#" if _ROMAN.match(text) else _NUMBER.sub("#", text)
    number = int(numbers[-1]) if numbers and len(numbers[-1]) < 7 else None
    return _Row(page, key, ordered[0].middle, top, number, tuple(map(id, ordered)))


def _by_height(group: list[_Row]) -> list[list[_Row]]:
    clusters: list[list[_Row]] = []
    for row in sorted(group, key=lambda r: r.y):
        if clusters and row.y - clusters[-1][0].y <= _DRIFT:
            clusters[-1].append(row)
        else:
            clusters.append([row])
    return clusters


def _repeats(pages: set[int], total: int) -> bool:
    if total < 3 or len(pages) < 2:
        return False
    if len(pages) * 2 >= total:
        return True
    for parity in (0, 1):
        same = sum(page % 2 == parity for page in pages)
        if same >= 3 and same >= 0.6 * len(range(parity, total, 2)):
            return True
    ordered = sorted(pages)
    return any(late - early <= 8 for early, late in zip(ordered, ordered[4:], strict=False))


def _running_numbers(rows: list[_Row], total: int) -> list[_Row]:
    """Bare numbers at the edge that count up with the pages."""
    if total < 2:
        return []
    offsets: dict[int, list[_Row]] = {}
    for row in rows:
        if row.number is not None and _PLAIN_NUMBER.match(row.key):
            offsets.setdefault(row.number - row.page, []).append(row)
    enough = max(2, total // 4)
    return [row for group in offsets.values() if len({row.page for row in group}) >= enough for row in group]
