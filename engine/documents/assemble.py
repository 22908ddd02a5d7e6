"""Pages of blocks to one text with exact offsets."""

from __future__ import annotations

from engine.documents.blocks import Block, BlockKind, PageContent, Piece
from engine.documents.hyphens import Hyphenation
from engine.types import DocumentText, Heading, LineBox, PageText


class Assembler:
    """Lays blocks end to end: a blank line between blocks, a newline between pages, every offset known."""

    def __init__(self, hyphenation: Hyphenation) -> None:
        self._hyphenation = hyphenation
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[PageText] = []
        self._headings: list[Heading] = []
        self._lines: list[LineBox] = []

    def add_page(self, page: PageContent) -> None:
        if self._pages:
            self._append("\n")
        start = self._length
        for block in page.blocks:
            if any(piece.text for piece in block.pieces):
                if self._length > start:
                    self._append("\n\n")
                self._add_block(block, page.number)
        self._pages.append(PageText(page.number, start, self._length, page.width, page.height, page.ocr))

    def finish(self, title: str, paged: bool, warnings: list[str]) -> DocumentText:
        return DocumentText(
            text="".join(self._parts),
            pages=self._pages,
            headings=self._headings,
            lines=self._lines,
            title=title,
            paged=paged,
            warnings=warnings,
        )

    def _append(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)

    def _add_block(self, block: Block, page: int) -> None:
        pieces = [piece for piece in block.pieces if piece.text]
        start = self._length
        first_part = len(self._parts)
        for index, piece in enumerate(pieces):
            if index and piece.glue:
                self._append(piece.glue)
            text = piece.text
            if block.flows and index + 1 < len(pieces):
                text = self._join(piece, pieces[index + 1])
            begin = self._length
            self._append(text)
            if piece.box is not None and self._length > begin:
                self._lines.append(LineBox(begin, self._length, page, *(round(value, 1) for value in piece.box)))
        if block.kind is BlockKind.HEADING:
            text = "".join(self._parts[first_part:])
            self._headings.append(Heading(start, self._length, block.level, text))

    def _join(self, piece: Piece, following: Piece) -> str:
        """The text of a piece that may end in a hyphen; sets the next piece's glue to nothing where a word goes on."""
        if following.glue not in (" ", "\n") or not self._hyphenation.breaks_word(piece.text, following.text):
            return piece.text
        following.glue = ""
        return piece.text[:-1] if self._hyphenation.is_soft(piece.text, following.text) else piece.text


def assemble(pages: list[PageContent], title: str, *, paged: bool, warnings: list[str] | None = None) -> DocumentText:
    """Build the document text; hyphenation is judged by the words of the whole document."""
    assembler = Assembler(Hyphenation.of(pages))
    for page in pages:
        assembler.add_page(page)
    return assembler.finish(title, paged, warnings or [])
