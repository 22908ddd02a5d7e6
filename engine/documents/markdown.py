"""Markdown to text: marks go, headings, lists and tables stay readable."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from selectolax.lexbor import LexborHTMLParser

from engine.documents.assemble import assemble
from engine.documents.blocks import Block, PageContent, heading, lines, table
from engine.documents.clean import clean, clean_lines
from engine.documents.html import html_text
from engine.documents.html_hidden import is_hidden
from engine.documents.text import decode
from engine.types import DocumentText

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)


def read_markdown(content: bytes) -> DocumentText:
    """A Markdown file (CommonMark with tables). Front matter gives the title and is not part of the text."""
    source = decode(content)
    title = ""
    if front := _FRONT_MATTER.match(source):
        found = _TITLE.search(front[1])
        title = clean(found[1]) if found else ""
        source = source[front.end() :]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    blocks = _Blocks(parser.parse(source)).build()
    title = title or next((block.text for block in blocks if block.level == 1), "")
    return assemble([PageContent(1, blocks)], title, paged=False)


class _Blocks:
    """Walks the token stream once, keeping track of lists and tables."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._blocks: list[Block] = []
        self._items: list[str] = []
        self._markers: list[list[str | int]] = []
        self._marker = ""
        self._rows: list[list[str]] = []
        self._heading = 0
        self._in_table = False

    def build(self) -> list[Block]:
        for token in self._tokens:
            self._take(token)
        self._flush()
        return self._blocks

    def _take(self, token: Token) -> None:
        kind = token.type
        if kind == "heading_open":
            self._flush()
            self._heading = int(token.tag[1])
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._markers.append(["•"] if kind.startswith("bullet") else [int(token.attrGet("start") or 1)])
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._markers.pop()
            if not self._markers:
                self._flush()
        elif kind == "list_item_open":
            self._start_item()
        elif kind == "tr_open":
            self._rows.append([])
        elif kind == "table_open":
            self._flush()
            self._in_table = True
        elif kind == "table_close":
            self._in_table = False
            self._blocks.append(table(self._rows))
            self._rows = []
        elif kind == "inline":
            self._inline(token)
        elif kind in ("fence", "code_block"):
            self._add_lines(clean_lines(token.content))
        elif kind == "html_block":
            self._add_lines(clean_lines(html_text(token.content)))

    def _start_item(self) -> None:
        markers = self._markers[-1]
        if isinstance(markers[0], int):
            self._marker = f"{markers[0]}. "
            markers[0] += 1
        else:
            self._marker = "• "

    def _inline(self, token: Token) -> None:
        if self._in_table:
            self._rows[-1].append(" ".join(_plain(token.children or [])))
            return
        text = [line for line in _plain(token.children or []) if line]
        if not text:
            return
        if self._heading:
            self._blocks.append(heading(" ".join(text), self._heading))
            self._heading = 0
            return
        self._add_lines(text)

    def _add_lines(self, text: list[str]) -> None:
        text = [line for line in text if line]
        if not text:
            return
        if self._markers:
            self._items.append(self._marker + text[0])
            self._items.extend(text[1:])
            self._marker = ""
        else:
            self._flush()
            self._blocks.append(lines(text))

    def _flush(self) -> None:
        if self._items:
            self._blocks.append(lines(self._items))
            self._items = []


def _hidden_tag(source: str, within: str) -> str:
    """The tag of the hidden element that is open after an inline tag, "" for none."""
    if within:
        return "" if source.lower().startswith(f"</{within}") else within
    node = LexborHTMLParser(source).css_first("[hidden], [style]")
    return (node.tag or "") if node is not None and is_hidden(node) else ""


def _plain(children: Sequence[Token]) -> list[str]:
    """Inline tokens as lines of text: soft breaks are spaces, hard breaks part lines, images give their description."""
    parts: list[str] = []
    within = ""  # the tag of a hidden element that is open
    for child in children:
        if child.type == "html_inline" and not child.content.startswith("<br"):
            within = _hidden_tag(child.content, within)
            continue
        if within:
            continue
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(child.content)
        elif child.type == "html_inline" and child.content.lower().startswith("<br"):
            parts.append("\n")
    return clean_lines("".join(parts))
