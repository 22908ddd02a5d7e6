"""Headers, footers and page numbers: what repeats in the margins of page after page and is not part of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import median

from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.rulings import Grid
from engine.documents.pdf.segments import group_lines

_ZONE = 0.3  # of the page height, at the top and at the bottom
_ROWS = 4  # outermost rows looked at in each zone
_DRIFT = 8.0  # points: how far a repeated row may move between pages
# Two pages prove less than three: only what is nearer to the edge, in fewer rows, and with more room to the text.
_PAIR_EDGE = 0.13  # of the page height
_PAIR_ROWS = 3
_PAIR_DRIFT = 3.0  # points
_PAIR_GAP = 1.5  # of the row's height: to the first row that stays
_SMALL_PRINT = 0.95  # of the page's usual size
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlc]{1,7}$")
_PAGE_OF = re.compile(
    r"^[-–—|\s]*(?:page|seite|página|pagina|p\.)?\s*#\s*(?:of|/|von|de|sur|di)\s*#[-–—|\s]*$|^(?:page|seite|página)\s*#$"
)
_PLAIN_NUMBER = re.compile(r"^[-–—|\[(\s]*#[-–—|\])\s]*$")


@dataclass(frozen=True)
class _Row:
    """A row of a margin. y is its middle; edge its distance from the page's edge, as a share of the page height."""

    page: int
    text: str
    key: str
    y: float
    height: float
    edge: float
    small: bool
    top: bool
    number: int | None
    members: tuple[int, ...]


def find_furniture(pages: Sequence[tuple[list[Fragment], list[Grid], float]]) -> set[int]:
    """Identities (id()) of fragments that are headers, footers or page numbers.

    pages: fragments, ruled grids and height of each page in upright coordinates. A row counts as repeated when it is on
    at least half of three or more pages, on most pages of one parity, or on five pages in succession; in a document of
    two pages when it is the same on both, close to the edge and apart from the text. Only rows with nothing but such
    rows between them and the edge are taken, so that like words inside the text stay.
    """
    margins = [margin for number, page in enumerate(pages) for margin in _margins(number, *page)]
    repeated = _repeated([row for margin in margins for row in margin], len(pages))
    if len(pages) == 2:
        repeated |= _on_both(margins[0], margins[2], repeated) | _on_both(margins[1], margins[3], repeated)
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


def _on_both(first: list[_Row], second: list[_Row], known: set[int]) -> set[int]:
    """Identities of the rows at one edge of a two-page document that are furniture, known ones (page numbers) aside.

    Pages that begin or end alike for longer are two copies of one text. A row at the top in the size of the text may be
    the title: it stays on the first page.
    """
    pairs = [
        (left, right) for left, right in takewhile(lambda pair: _alike(*pair, known), zip(first, second, strict=False))
    ]
    if not pairs or len(pairs) > _PAIR_ROWS or not (_apart(first, len(pairs)) and _apart(second, len(pairs))):
        return set()
    found: set[int] = set()
    for left, right in pairs:
        found.add(id(right))
        if left.small or not left.top or id(left) in known:
            found.add(id(left))
    return found


def _alike(left: _Row, right: _Row, known: set[int]) -> bool:
    if id(left) in known and id(right) in known:
        return True
    near = max(left.edge, right.edge) <= _PAIR_EDGE and abs(left.y - right.y) <= _PAIR_DRIFT
    return near and left.key == right.key and (left.text == right.text or _counts_up(left.text, right.text))


def _counts_up(left: str, right: str) -> bool:
    """Whether two rows with the same words differ in one number only, which goes up by one: a page number."""
    changed = [(int(a), int(b)) for a, b in zip(_NUMBER.findall(left), _NUMBER.findall(right), strict=True) if a != b]
    return len(changed) == 1 and changed[0][1] == changed[0][0] + 1


def _apart(margin: list[_Row], count: int) -> bool:
    """Whether there is more room between the first rows of a margin and the row after them than between lines."""
    if count >= len(margin):
        return True
    last, following = margin[count - 1], margin[count]
    gap = abs(following.y - last.y) - (last.height + following.height) / 2
    return gap >= _PAIR_GAP * last.height


def _margins(page: int, fragments: list[Fragment], grids: list[Grid], height: float) -> tuple[list[_Row], list[_Row]]:
    """The rows at the top and at the bottom of a page, each from the edge inwards."""
    low, high = height * _ZONE, height * (1 - _ZONE)
    # A table that reaches into the page is content, even where its head row repeats.
    bodies = [g.box for g in grids if g.box[1] < high and g.box[3] > low]
    loose = [f for f in fragments if not any(b[0] <= f.x0 <= b[2] and b[1] <= f.middle <= b[3] for b in bodies)]
    top = group_lines([f for f in loose if f.y1 <= low])[:_ROWS]
    bottom = group_lines([f for f in loose if f.y0 >= high])[: -_ROWS - 1 : -1]
    usual = median([f.size for f in fragments]) if fragments else 0.0
    return (
        [_row(page, line, height, usual, top=True) for line in top],
        [_row(page, line, height, usual, top=False) for line in bottom],
    )


def _row(page: int, line: list[Fragment], page_height: float, usual: float, *, top: bool) -> _Row:
    ordered = sorted(line, key=lambda f: f.x0)
    text = " ".join(f.text for f in ordered).casefold()
    numbers = _NUMBER.findall(text)
    key = "#" if _ROMAN.match(text) else _NUMBER.sub("#", text)
    y = ordered[0].middle
    return _Row(
        page=page,
        text=text,
        key=key,
        y=y,
        height=max(f.height for f in ordered),
        edge=(y if top else page_height - y) / page_height,
        small=max(f.size for f in ordered) <= _SMALL_PRINT * usual,
        top=top,
        number=int(numbers[-1]) if numbers and len(numbers[-1]) < 7 else None,
        members=tuple(map(id, ordered)),
    )


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
