"""A page's fragments to paragraphs in reading order, whatever way its text runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.documents.blocks import Box
from engine.documents.pdf.columns import Item, reading_order
from engine.documents.pdf.fragments import Fragment
from engine.documents.pdf.paragraphs import Paragraph, paragraphs_of
from engine.documents.pdf.paths import Ruling
from engine.documents.pdf.rulings import Grid
from engine.documents.pdf.segments import TOUCH, merge_touching
from engine.documents.pdf.tables import take_tables


@dataclass(slots=True)
class TextGroup:
    """Text of one direction: fragments and grids in upright coordinates and the way back to the displayed page.

    rules: long horizontal lines drawn on the page.
    touch: the gap, as a share of the line height, up to which two fragments on a line count as words of one text.
    """

    fragments: list[Fragment]
    to_displayed: Callable[[Box], Box]
    grids: list[Grid] = field(default_factory=list)
    height: float = 0.0
    touch: float = TOUCH
    rules: list[Ruling] = field(default_factory=list)


def lay_out(groups: list[TextGroup], drop: set[int]) -> list[Paragraph]:
    """Paragraphs of a page, main text first; drop holds the id() of fragments to leave out."""
    result: list[Paragraph] = []
    for rank, group in enumerate(groups):
        kept = [fragment for fragment in group.fragments if id(fragment) not in drop]
        tables, loose = take_tables(kept, group.grids)
        items: list[Item] = [*merge_touching(loose, group.touch), *tables]
        rtl = sum(len(f.text) for f in kept if f.rtl) * 2 > sum(len(f.text) for f in kept)
        for region in reading_order(items, group.rules, rtl=rtl):
            for paragraph in paragraphs_of(region):
                for line in paragraph.lines:
                    line.box = group.to_displayed(line.box)
                paragraph.aside = rank > 0
                result.append(paragraph)
    return result
