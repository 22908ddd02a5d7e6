"""What Word's styles and numbering say about a paragraph: heading level, list marker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"^heading\s*([1-9])$", re.IGNORECASE)
_DEEPEST = 20  # styles based on styles


def w(name: str) -> str:
    """A qualified WordprocessingML name."""
    return _W + name


@dataclass(frozen=True)
class ParagraphStyle:
    level: int = 0
    is_title: bool = False
    marker: str = ""


class Styles:
    """Resolves styles by id and counts numbered lists as they are met, so ask for paragraphs in order, once each."""

    def __init__(self, document: Any) -> None:
        styles = document.styles.element.iter(w("style")) if document.styles is not None else ()
        self._styles = {style.get(w("styleId")): style for style in styles}
        self._formats = _number_formats(document)
        self._counts: dict[tuple[str, int], int] = {}

    def of(self, element: Any) -> ParagraphStyle:
        properties = element.find(w("pPr"))
        chain = self._chain(properties)
        level, is_title = self._level(properties, chain)
        if level:
            return ParagraphStyle(level, is_title)
        return ParagraphStyle(marker=self._marker(properties, chain))

    def _chain(self, properties: Any) -> list[Any]:
        """The paragraph's style and the styles it is based on."""
        reference = properties.find(w("pStyle")) if properties is not None else None
        identity = reference.get(w("val")) if reference is not None else None
        chain: list[Any] = []
        while identity in self._styles and len(chain) < _DEEPEST:
            style = self._styles[identity]
            chain.append(style)
            based = style.find(w("basedOn"))
            identity = based.get(w("val")) if based is not None else None
        return chain

    def _level(self, properties: Any, chain: list[Any]) -> tuple[int, bool]:
        for source in (properties, *(style.find(w("pPr")) for style in chain)):
            outline = source.find(w("outlineLvl")) if source is not None else None
            if outline is not None and (outline.get(w("val")) or "").isdigit():
                depth = int(outline.get(w("val")))
                return (depth + 1, False) if depth < 9 else (0, False)
        for style in chain:
            name = style.find(w("name"))
            shown = (name.get(w("val")) or "") if name is not None else ""
            if found := _HEADING.match(shown):
                return int(found[1]), False
            if shown.casefold() == "title":
                return 1, True
        return 0, False

    def _marker(self, properties: Any, chain: list[Any]) -> str:
        for source in (properties, *(style.find(w("pPr")) for style in chain)):
            numbering = source.find(w("numPr")) if source is not None else None
            if numbering is None:
                continue
            identity, level = numbering.find(w("numId")), numbering.find(w("ilvl"))
            number = identity.get(w("val")) if identity is not None else "0"
            depth = int(level.get(w("val")) or 0) if level is not None else 0
            return self._next(number, depth) if number not in (None, "0") else ""
        return ""

    def _next(self, number: str, depth: int) -> str:
        style, start = self._formats.get((number, depth), ("bullet", 1))
        if style in ("bullet", "none"):
            return "• "
        key = (number, depth)
        self._counts[key] = self._counts.get(key, start - 1) + 1
        for other in [k for k in self._counts if k[0] == number and k[1] > depth]:
            del self._counts[other]
        return f"{_written(self._counts[key], style)}. "


def _written(value: int, style: str) -> str:
    if style in ("lowerLetter", "upperLetter") and 1 <= value <= 26:
        letter = chr(96 + value)
        return letter.upper() if style == "upperLetter" else letter
    if style in ("lowerRoman", "upperRoman") and 1 <= value < 40:
        roman = "x" * (value // 10) + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[value % 10]
        return roman.upper() if style == "upperRoman" else roman
    return str(value)


def _number_formats(document: Any) -> dict[tuple[str, int], tuple[str, int]]:
    """Format and first number of each list level, by list id."""
    root = next((r.target_part.element for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
    if root is None:
        return {}
    abstract = {item.get(w("abstractNumId")): item for item in root.iter(w("abstractNum"))}
    formats: dict[tuple[str, int], tuple[str, int]] = {}
    for item in root.iter(w("num")):
        reference = item.find(w("abstractNumId"))
        definition = abstract.get(reference.get(w("val"))) if reference is not None else None
        for level in definition.iter(w("lvl")) if definition is not None else ():
            style, start = level.find(w("numFmt")), level.find(w("start"))
            shown = style.get(w("val")) if style is not None else "decimal"
            first = start.get(w("val")) if start is not None else "1"
            depth = level.get(w("ilvl")) or "0"
            formats[(item.get(w("numId")), int(depth))] = (shown, int(first) if first.isdigit() else 1)
    return formats
