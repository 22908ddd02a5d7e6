"""What every reader produces: pages of blocks of pieces. One piece is one line of text as it stands on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.types import CELL_MARK

Box = tuple[float, float, float, float]


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    TABLE = "table"


@dataclass(slots=True)
class Piece:
    """Cleaned text with what stands between it and the piece before it in the same block.

    box: x0, y0, x1, y1 in points from the top left corner of the displayed page; None where nothing is drawn.
    """

    text: str
    glue: str = " "
    box: Box | None = None


@dataclass(slots=True)
class Block:
    """A paragraph, heading or table. level counts from 1 for headings. flows: words may be broken at line ends."""

    pieces: list[Piece]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    flows: bool = False

    @property
    def text(self) -> str:
        return "".join((piece.glue if index else "") + piece.text for index, piece in enumerate(self.pieces))


@dataclass(slots=True)
class PageContent:
    """A page in reading order; width and height in points as displayed, 0 for formats without pages."""

    number: int
    blocks: list[Block] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0
    ocr: bool = False


def paragraph(text: str) -> Block:
    """A block of one piece, for formats whose lines have no positions."""
    return Block([Piece(text)])


def heading(text: str, level: int) -> Block:
    return Block([Piece(text)], BlockKind.HEADING, level)


def lines(texts: list[str]) -> Block:
    """A block whose lines stay apart, such as a list or preformatted text."""
    return Block([Piece(text, "\n") for text in texts])


def table(rows: list[list[str]]) -> Block:
    """A table: one row a line, cells parted by a bar, so that a row stays together when it is cut or quoted."""
    pieces = [Piece(CELL_MARK.join(row).strip(), "\n") for row in rows if any(row)]
    return Block(pieces, BlockKind.TABLE)
