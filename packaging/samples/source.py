"""Read a sample's source: front matter and Markdown into the few blocks that the writers can set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

CLINIC = "Riverside Family Practice (sample)"
MARK = "SAMPLE – fictional clinic. Not for clinical use."
NOTICE = (
    "SAMPLE – NOT FOR CLINICAL USE. Riverside Family Practice does not exist. This document was written to show "
    "Chartside at work; its doses, limits and times must not be used for the care of any person."
)
PAGE_BREAK = "<!-- page break -->"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph; level 0, or a heading of level 1 (section) or 2."""

    runs: list[Run]
    level: int = 0


@dataclass(frozen=True)
class Bullets:
    items: list[list[Run]]
    ordered: bool


@dataclass(frozen=True)
class Table:
    """The first row is the header; a row with text in its first cell only is a group title."""

    rows: list[list[list[Run]]]


@dataclass(frozen=True)
class Callout:
    paragraphs: list[list[Run]]


@dataclass(frozen=True)
class Break:
    """A forced page break."""


Block = Text | Bullets | Table | Callout | Break


@dataclass(frozen=True)
class Sample:
    """One document: meta holds the front matter, body its Markdown as written, blocks the same parsed."""

    meta: dict[str, str]
    body: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def file_name(self) -> str:
        return self.meta["file"]

    @property
    def title(self) -> str:
        return self.meta["title"]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The document control strip: number, version and dates as label and value."""
        labels = (("number", "Document"), ("version", "Version"), ("effective", "In force"), ("review", "Review by"))
        return [(label, self.meta[key]) for key, label in labels] + [("Owner", self.meta["owner"])]


def read_sample(path: Path) -> Sample:
    """Parse a source file. Raises ValueError where front matter or a Markdown construct is not understood."""
    head, separator, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    if not separator:
        raise ValueError(f"{path.name}: front matter is missing")
    meta = dict(line.split(": ", 1) for line in head.splitlines())
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    return Sample(meta=meta, body=body.strip() + "\n", blocks=list(_blocks(tokens)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _closing(tokens, position)
        inner = tokens[position + 1 : end]
        if token.type == "html_block" and token.content.strip() == PAGE_BREAK:
            yield Break()
        elif token.type == "heading_open":
            yield Text(_runs(inner[0]), level=int(token.tag[1]) - 1)
        elif token.type == "paragraph_open":
            yield Text(_runs(inner[0]))
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield Bullets([_runs(t) for t in inner if t.type == "inline"], ordered=token.tag == "ol")
        elif token.type == "blockquote_open":
            yield Callout([_runs(t) for t in inner if t.type == "inline"])
        elif token.type == "table_open":
            yield Table(list(_rows(inner)))
        else:
            raise ValueError(f"line {token.map}: {token.type} is not supported in a sample")
        position = end + 1


def _closing(tokens: list[Token], position: int) -> int:
    depth = 0
    for index in range(position, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    raise ValueError("a block is not closed")


def _rows(tokens: list[Token]) -> Iterator[list[list[Run]]]:
    row: list[list[Run]] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(_runs(token))
        elif token.type == "tr_close":
            yield row


def _runs(inline: Token) -> list[Run]:
    bold = italic = 0
    runs = []
    for child in inline.children or []:
        if child.type.startswith("strong_"):
            bold += child.nesting
        elif child.type.startswith("em_"):
            italic += child.nesting
        elif child.type == "softbreak":
            runs.append(Run(" ", bold > 0, italic > 0))
        elif child.type == "text":
            runs.append(Run(child.content, bold > 0, italic > 0))
        else:
            raise ValueError(f"{child.type} is not supported in a sample")
    return [run for run in runs if run.text]


def plain(runs: list[Run]) -> str:
    """The text of some runs without their styles."""
    return "".join(run.text for run in runs)
