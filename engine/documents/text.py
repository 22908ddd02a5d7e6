"""Plain text of any encoding."""

from __future__ import annotations

import codecs
import re

from engine.documents.assemble import assemble
from engine.documents.blocks import Block, PageContent, heading, lines
from engine.documents.clean import clean
from engine.errors import UnreadableDocument
from engine.types import DocumentText

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What people's files are really in; without this list, look-alike exotic encodings win on short texts.
_ENCODINGS = (
    "cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8_r cp437 cp850 shift_jis euc_jp gb18030 big5 "
    "euc_kr iso8859_2 iso8859_5"
)
_UNDERLINE = re.compile(r"^(=+|-+|~+|\*+)$")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+[A-Z]")


def decode(content: bytes, declared: str | None = None) -> str:
    """Text of unknown encoding: byte order mark, UTF-8, the declared encoding, statistics, Windows-1252, in this order.

    Raises UnreadableDocument where no encoding gives text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass  # not UTF-8: the next ones are tried
    zeros = content[:4096].count(0)
    if zeros:
        low = content[1:4096:2].count(0) >= content[:4096:2].count(0)
        return content.decode("utf-16-le" if low else "utf-16-be", errors="replace")
    if declared:
        try:
            return content.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration is common; the text itself decides
    return _guessed(content)


def _guessed(content: bytes) -> str:
    try:
        # Western text: bytes 0x80-0x9F that Windows-1252 leaves undefined rule it out.
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    share = sum(char > "\x7f" for char in text) / max(len(text), 1)
    if text and share < 0.15:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(content[:200_000], cp_isolation=_ENCODINGS.split()).best()
    if best is not None:
        return content.decode(best.encoding, errors="replace")
    if text:
        return text
    raise UnreadableDocument("The text's encoding could not be recognised.", "Save it as UTF-8 text and add it again.")


def read_text(content: bytes) -> DocumentText:
    """A plain text file: blocks parted by blank lines or form feeds; lines stay as they are."""
    blocks: list[Block] = []
    for part in re.split(r"(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)\s*|\x0c", decode(content)):
        kept = [line for line in (clean(raw) for raw in part.splitlines()) if line]
        if kept:
            blocks.extend(_blocks(kept))
    title = next((block.text for block in blocks if block.level == 1), "")
    return assemble([PageContent(1, blocks)], title, paged=False)


def _blocks(kept: list[str]) -> list[Block]:
    if len(kept) >= 2 and _UNDERLINE.match(kept[1]) and len(kept[1]) >= 3:
        level = 1 if kept[1][0] == "=" else 2
        rest = kept[2:]
        return [heading(kept[0], level), *([lines(rest)] if rest else [])]
    if len(kept) == 1 and _is_heading(kept[0]):
        return [heading(kept[0], 1 if kept[0].isupper() else 2)]
    return [lines(kept)]


def _is_heading(line: str) -> bool:
    """A line by itself, short and without a full stop, in capitals or numbered."""
    if len(line) > 80 or line[-1] in ".,;:" or sum(char.isalpha() for char in line) < 3:
        return False
    return line.isupper() or bool(_NUMBERED.match(line))
