"""Word documents (Office Open XML) to text: headings, lists, tables, text boxes, footnotes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from engine.documents.assemble import assemble
from engine.documents.blocks import Block, PageContent, heading, lines, paragraph, table
from engine.documents.clean import clean
from engine.documents.docx_styles import Styles, w
from engine.documents.hidden import hidden_removed
from engine.documents.limits import Limits
from engine.errors import UnreadableDocument
from engine.types import DocumentText

_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = w("txbxContent")
_SKIPPED = frozenset(map(w, ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "fldSimpleCache"))) | {
    _MC_FALLBACK
}
_DAMAGED = (
    "The Word document is damaged and cannot be opened.",
    "Open it in Word, save it again, and add the saved copy.",
)
# White text in these stands on a colour that a style may have given.
_GROUNDS = frozenset({w("tbl"), _TEXT_BOX})
_LETTERS_TOLD = 8
_NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))


def read_docx(content: bytes, limits: Limits) -> DocumentText:
    """A DOCX file. Page headers and footers, deleted and hidden text are left out; footnotes stand at the end.

    Raises UnreadableDocument for a damaged file or one that unpacks to more than the limits.
    """
    check_archive(content, limits)
    document = _open(content)
    reader = _Reader(Styles(document))
    blocks = reader.body(document.element.body)
    blocks += reader.notes(document.part)
    title = clean(document.core_properties.title or "")
    title = title or reader.title or next((block.text for block in blocks if block.level == 1), "")
    warnings = [hidden_removed()] if _hides_text(document.element.body) else []
    return assemble([PageContent(1, blocks)], title, paged=False, warnings=warnings)


def check_archive(content: bytes, limits: Limits) -> None:
    """Refuse archives that unpack to far more than they hold. Raises UnreadableDocument."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise UnreadableDocument(*_DAMAGED, str(error)) from error
    unpacked = sum(entry.file_size for entry in entries)
    dense = any(
        e.file_size > 10_000_000 and e.file_size > limits.compression_ratio * max(e.compress_size, 1) for e in entries
    )
    if unpacked > limits.unpacked_bytes or dense or len(entries) > 20_000:
        raise UnreadableDocument(
            "The Word document unpacks to far more than a document holds.",
            "Do not open it unless you know where it came from.",
            f"{unpacked} bytes in {len(entries)} parts",
        )


def _open(content: bytes) -> Any:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(io.BytesIO(content))
        if document.element.body is None:
            raise UnreadableDocument("The Word document has no text part.", _DAMAGED[1])
    except UnreadableDocument:
        raise
    except (OpcError, SyntaxError, zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError) as error:
        raise UnreadableDocument(*_DAMAGED, str(error)) from error
    except (
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        AssertionError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        # python-docx assumes a sound package; a broken one surfaces as any of these
        raise UnreadableDocument(*_DAMAGED, f"{type(error).__name__}: {error}") from error
    return document


class _Reader:
    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._blocks: list[Block] = []
        self._items: list[str] = []
        self.title = ""

    def body(self, element: Any) -> list[Block]:
        for child in _block_elements(element):
            if child.tag == w("tbl"):
                self._flush()
                self._blocks.append(table(_rows(child)))
            else:
                self._paragraph(child)
        self._flush()
        blocks, self._blocks = self._blocks, []
        return blocks

    def notes(self, part: Any) -> list[Block]:
        """Footnotes and endnotes, each a paragraph."""
        from docx.oxml import parse_xml

        found: list[Block] = []
        for relation in part.rels.values():
            for kind, tag in _NOTES:
                if relation.is_external or not relation.reltype.endswith("/" + kind):
                    continue
                root = parse_xml(relation.target_part.blob)
                for note in root.iter(w(tag)):
                    text = clean(" ".join(_text(p) for p in note.iter(w("p"))))
                    if text and note.get(w("type")) in (None, "normal"):
                        found.append(paragraph(text))
        return found

    def _paragraph(self, element: Any) -> None:
        texts = [line for line in map(clean, _text(element).split("\n")) if line]
        style = self._styles.of(element)
        if texts and style.level:
            self._flush()
            self._blocks.append(heading(" ".join(texts), style.level))
            if style.is_title:
                self.title = self.title or " ".join(texts)
        elif texts and style.marker:
            self._items.append(style.marker + texts[0])
            self._items.extend(texts[1:])
        elif texts:
            self._flush()
            self._blocks.append(lines(texts))
        for box in _text_boxes(element):
            self._flush()
            for inner in _block_elements(box):
                if inner.tag == w("tbl"):
                    self._blocks.append(table(_rows(inner)))
                else:
                    self._paragraph(inner)

    def _flush(self) -> None:
        if self._items:
            self._blocks.append(lines(self._items))
            self._items = []


def _block_elements(element: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also from inside content controls and insertions."""
    for child in element:
        if child.tag in (w("p"), w("tbl")):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("ins"), w("moveTo"), w("customXml"), w("smartTag")):
            yield from _block_elements(child)


def _text(element: Any) -> str:
    """What a paragraph shows; tabs are spaces, line breaks newlines."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        for child in node:
            tag = child.tag
            if tag == w("t"):
                parts.append((child.text or "").replace("\n", " "))
            elif tag in (w("tab"), w("ptab")):
                parts.append(" ")
            elif tag in (w("br"), w("cr")):
                parts.append("\n")
            elif tag == w("noBreakHyphen"):
                parts.append("-")
            elif tag == w("sym"):
                parts.append(chr(int(child.get(w("char"), "20"), 16)))
            elif tag in _SKIPPED or tag == _TEXT_BOX or (tag == w("r") and _vanishes(child)):
                continue
            else:
                walk(child)

    walk(element)
    return "".join(parts)


def _vanishes(run: Any) -> bool:
    """Whether a run is not shown: marked so, tiny, or white where nothing but paper can be behind it."""
    properties = run.find(w("rPr"))
    if properties is None:
        return False
    mark, size, colour = (properties.find(w(name)) for name in ("vanish", "sz", "color"))
    if mark is not None and mark.get(w("val")) not in ("0", "false", "off"):
        return True
    if size is not None and size.get(w("val")) in ("0", "1"):  # half points
        return True
    if colour is None or (colour.get(w("val")) or "").upper() != "FFFFFF":
        return False
    return not (
        any(properties.find(w(name)) is not None for name in ("shd", "highlight"))
        or any(node.tag in _GROUNDS or node.find(f"{w('pPr')}/{w('shd')}") is not None for node in run.iterancestors())
    )


def _hides_text(body: Any) -> bool:
    hidden = (run for run in body.iter(w("r")) if _vanishes(run))
    letters = (char for run in hidden for text in run.iter(w("t")) for char in text.text or "" if char.isalpha())
    return sum(1 for _ in letters) >= _LETTERS_TOLD


def _text_boxes(element: Any) -> Iterator[Any]:
    for box in element.iter(_TEXT_BOX):
        above = [node.tag for node in box.iterancestors()]
        inside = above[: above.index(element.tag)] if element.tag in above else above
        if _MC_FALLBACK not in above and _TEXT_BOX not in inside:
            yield box


def _rows(element: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in element.iter(w("tr")):
        if next((node for node in row.iterancestors(w("tbl"))), None) is not element:
            continue  # a row of a nested table: its text is read with the cell that holds it
        cells: list[str] = []
        for cell in row.iter(w("tc")):
            if next((node for node in cell.iterancestors(w("tr"))), None) is not row:
                continue
            merged = cell.find(f"{w('tcPr')}/{w('vMerge')}")
            continues = merged is not None and merged.get(w("val")) != "restart"
            cells.append("" if continues else clean(" ".join(_text(p) for p in cell.iter(w("p")))))
        rows.append([cell for cell in cells if cell] if [c for c in cells if c] else [])
    return rows
