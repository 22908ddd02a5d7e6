"""HTML to text: what a reader would see, in order, with headings, lists and tables."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from engine.documents.assemble import assemble
from engine.documents.blocks import Block, PageContent, heading, lines, table
from engine.documents.clean import clean, clean_lines
from engine.documents.hidden import hidden_removed
from engine.documents.html_hidden import hides_text, is_hidden
from engine.documents.text import decode
from engine.types import DocumentText

_DROPPED_TAGS = (
    "script style noscript template head title meta link iframe object embed svg canvas audio video map nav select "
    "button input textarea datalist"
)
_BLOCK_TAGS = (
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form header hr html legend main p section summary"
)
_DROPPED = frozenset(_DROPPED_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_WHITE = re.compile(r"[ \t\r\n\f]+")
_DEEPEST = 150  # elements inside elements: what is nested deeper is read without structure


def read_html(content: bytes) -> DocumentText:
    """An HTML file. Scripts, styles, navigation, form controls and hidden elements are not text."""
    declared = _CHARSET.search(content[:4096])
    source = decode(content, declared[1].decode("ascii", "ignore") if declared else None)
    tree = LexborHTMLParser(source)
    head = tree.css_first("head > title")
    title = clean(head.text()) if head is not None else ""
    blocks = _blocks_of(tree)
    title = title or next((block.text for block in blocks if block.level == 1), "")
    warnings = [hidden_removed()] if hides_text(tree) else []
    return assemble([PageContent(1, blocks)], title, paged=False, warnings=warnings)


def html_text(source: str) -> str:
    """The visible text of a piece of HTML, one line a block."""
    return "\n".join(block.text for block in _blocks_of(LexborHTMLParser(source)))


def _blocks_of(tree: LexborHTMLParser) -> list[Block]:
    root = tree.body or tree.root
    if root is None:
        return []
    walk = _Walk()
    walk.into(root, 0)
    walk.flush()
    return walk.blocks


class _Walk:
    """Collects inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._items: list[str] = []
        self._lists: list[int] = []  # next number of each open list, -1 for bullets

    def into(self, node: LexborNode, depth: int) -> None:
        child = node.child
        while child is not None:
            self._visit(child, depth + 1)
            child = child.next

    def _visit(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or "-"
        if tag == "-text":
            self._text.append(_WHITE.sub(" ", node.text(deep=False) or ""))
        elif tag.startswith(("-", "_", "!")) or tag in _DROPPED or is_hidden(node):
            return
        elif depth > _DEEPEST:
            self._text.append(_WHITE.sub(" ", node.text(separator=" ") or ""))
        elif tag == "br":
            self._text.append("\n")
        elif tag == "img":
            self._text.append(f" {node.attributes.get('alt') or ''} ")
        else:
            self._element(node, tag, depth)

    def _element(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag in _HEADINGS:
            self._heading(node, int(tag[1]), depth)
        elif tag == "table":
            self._table(node, depth + 4)
        elif tag == "pre":
            self.flush()
            kept = [line for line in clean_lines(node.text() or "") if line]
            if kept:
                self.blocks.append(lines(kept))
        elif tag in ("ul", "ol"):
            self._list(node, depth)
        elif tag == "li" or tag in _BLOCKS:
            self._end_text()
            if tag == "li":
                self._text.append(self._marker())
            self.into(node, depth)
            self._end_text()
        else:
            self.into(node, depth)

    def _heading(self, node: LexborNode, level: int, depth: int) -> None:
        self.flush()
        self.into(node, depth)
        text = clean("".join(self._text))
        self._text = []
        if text:
            self.blocks.append(heading(text, level))

    def _list(self, node: LexborNode, depth: int) -> None:
        self._end_text()
        start = node.attributes.get("start") or "1"
        self._lists.append((int(start) if start.isdigit() else 1) if node.tag == "ol" else -1)
        self.into(node, depth)
        self._end_text()
        self._lists.pop()
        if not self._lists:
            self.flush()

    def _marker(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "• "
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}. "

    def _table(self, node: LexborNode, depth: int) -> None:
        """A data table by rows; a table that holds tables or one column is page layout and is read through."""
        self.flush()
        for caption in _children(node, "caption"):
            self.into(caption, depth)
            self.flush()
        groups = [node, *_children(node, "thead", "tbody", "tfoot")]
        rows = [_children(row, "td", "th") for group in groups for row in _children(group, "tr")]
        nested = any(cell.css_first("table") is not None for row in rows for cell in row)
        if nested or all(len(row) < 2 for row in rows):
            for row in rows:
                for cell in row:
                    self.into(cell, depth)
                    self.flush()
        else:
            self.blocks.append(table([[_cell_text(cell, depth) for cell in row] for row in rows]))

    def _end_text(self) -> None:
        text = [line for line in map(clean, "".join(self._text).split("\n")) if line]
        self._text = []
        if not text or text == ["•"]:
            return
        if self._lists:
            self._items.extend(text)
        else:
            self.blocks.append(lines(text))

    def flush(self) -> None:
        """End the open text and list."""
        self._end_text()
        if self._items:
            self.blocks.append(lines(self._items))
            self._items = []


def _cell_text(cell: LexborNode, depth: int) -> str:
    walk = _Walk()
    walk.into(cell, depth)
    walk.flush()
    return " ".join(clean(block.text.replace("\n", " ")) for block in walk.blocks)


def _children(node: LexborNode, *tags: str) -> list[LexborNode]:
    """The visible children of a node with one of these tags."""
    found: list[LexborNode] = []
    child = node.child
    while child is not None:
        if child.tag in tags and not is_hidden(child):
            found.append(child)
        child = child.next
    return found
