"""The fonts of a PDF: one that has the letters of the text, which names in any script may need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

# Where systems keep fonts of many scripts; (folder, regular, bold).
_PLACES = (
    ("/usr/share/fonts/truetype/dejavu", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("/usr/share/fonts/dejavu-sans-fonts", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("/usr/share/fonts/TTF", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("/usr/share/fonts/truetype/liberation", "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("C:/Windows/Fonts", "segoeui.ttf", "segoeuib.ttf"),
    ("C:/Windows/Fonts", "arial.ttf", "arialbd.ttf"),
    ("/System/Library/Fonts/Supplemental", "Arial.ttf", "Arial Bold.ttf"),
    ("/System/Library/Fonts/Supplemental", "Arial Unicode.ttf", "Arial Unicode.ttf"),
)


class Fonts(Struct, frozen=True):
    """Names by which reportlab knows them."""

    regular: str
    bold: str


_STANDARD = Fonts("Helvetica", "Helvetica-Bold")


def fonts_for(text: str) -> Fonts:
    """Fonts that have the letters of text: those that every reader has, else this computer's that has the most."""
    needed = {char for char in text if char.isprintable()}
    if all(_is_western(char) for char in needed):
        return _STANDARD
    wanted = {ord(char) for char in needed}
    found = [(len(wanted & letters), fonts) for fonts, letters in _installed()]
    return max(found, key=lambda each: each[0])[1] if found else _STANDARD


def _is_western(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _installed() -> Iterator[tuple[Fonts, set[int]]]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for folder, regular, bold in _PLACES:
        files = [Path(folder) / regular, Path(folder) / bold]
        if not all(file.is_file() for file in files):
            continue
        names = [f"{Path(file).stem}-note" for file in files]
        try:
            fonts = [TTFont(name, str(file)) for name, file in zip(names, files, strict=True)]
        except TTFError:
            continue
        for font in fonts:
            pdfmetrics.registerFont(font)
        yield Fonts(*names), set(fonts[0].face.charToGlyph)
