"""The program's icon in the form that each system wants, drawn from resources/icons.

The same drawing gives the same bytes: no time and no screen's resolution is in a file.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from identity import ROOT
from PIL import Image
from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
_ICNS_SIZES = (32, 64, 128, 256, 512, 1024)
# Below this size the drawing fills more of its tile: thin lines in a wide margin cannot be read.
_SMALL = 32


def app_svg(*, small: bool = False) -> str:
    """The program's icon: the drawing of resources/icons/chartside.svg on a tile of the accent colour."""
    return _tile("chartside", 0.78 if small else 0.66, radius=5.25, inset=0.5)


def file_svg(drawing: str) -> str:
    """The icon of a file type: a sheet of paper with a drawing of resources/icons on it."""
    colours = _colours()
    sheet = (
        f'<path d="M6 1.5h8l5 5v16H6z" fill="{colours["raised"]}" stroke="{colours["accent"]}" '
        'stroke-width="1" stroke-linejoin="round"/>'
        f'<path d="M14 1.5v5h5" fill="none" stroke="{colours["accent"]}" stroke-width="1" stroke-linejoin="round"/>'
    )
    return _svg(sheet + _placed(drawing, colours["accent"], 0.42, centre=(12.5, 14.5)))


def png(size: int, svg: str | None = None) -> bytes:
    """An icon (the program's, or that of svg) as a PNG of size × size pixels."""
    buffer = io.BytesIO()
    _picture(size, svg).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def write_ico(path: Path, svg: str | None = None) -> Path:
    """Write a Windows icon with every size that its menus and folders show."""
    pictures = [_picture(size, svg) for size in _ICO_SIZES]
    # Bitmaps, not PNGs: older readers of icons know only those.
    sizes = [(size, size) for size in _ICO_SIZES]
    pictures[-1].save(path, "ICO", sizes=sizes, append_images=pictures[:-1], bitmap_format="bmp")
    return path


def write_icns(path: Path, svg: str | None = None) -> Path:
    """Write a macOS icon."""
    pictures = [_picture(size, svg) for size in _ICNS_SIZES]
    pictures[-1].save(path, "ICNS", append_images=pictures[:-1])
    return path


def write_wizard_picture(path: Path) -> Path:
    """Write the picture at the left of a Windows installer's first page: 164 × 314, in twice as many pixels."""
    width, height, side = 328, 628, 200
    picture = Image.new("RGB", (width, height), _colours()["accent"])
    drawing = _picture(side, _svg(_placed("chartside", _colours()["on_accent"], 1.0, centre=(12, 12))))
    picture.paste(drawing, ((width - side) // 2, 96), drawing)
    picture.save(path, "BMP")
    return path


def _picture(size: int, svg: str | None) -> Image.Image:
    source = svg or app_svg(small=size <= _SMALL)
    renderer = QSvgRenderer(QByteArray(source.encode("utf-8")))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    pixels = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (size, size), bytes(pixels.constBits()))


def _tile(drawing: str, scale: float, *, radius: float, inset: float) -> str:
    colours = _colours()
    side = 24 - 2 * inset
    tile = f'<rect x="{inset}" y="{inset}" width="{side}" height="{side}" rx="{radius}" fill="{colours["accent"]}"/>'
    return _svg(tile + _placed(drawing, colours["on_accent"], scale, centre=(12, 12)))


def _placed(drawing: str, colour: str, scale: float, *, centre: tuple[float, float]) -> str:
    source = (ROOT / "resources" / "icons" / f"{drawing}.svg").read_text("utf-8")
    match = re.fullmatch(r"<svg ([^>]*)>(.*)</svg>\s*", source, re.DOTALL)
    if match is None:
        raise ValueError(f"resources/icons/{drawing}.svg is not one svg element")
    attributes = re.sub(r'(xmlns|viewBox)="[^"]*"\s*', "", match[1]).strip().replace("currentColor", colour)
    left, top = (f"{middle - 12 * scale:.3f}" for middle in centre)
    return f'<g transform="translate({left} {top}) scale({scale})" {attributes}>{match[2]}</g>'


def _svg(content: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{content}</svg>\n'


def _colours() -> dict[str, str]:
    colours: dict[str, str] = json.loads((ROOT / "resources" / "themes" / "light.json").read_text("utf-8"))
    return colours
