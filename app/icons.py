"""Icons: stroke drawings in resources/icons, tinted with a colour role when they are shown."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.palette import Palette

_SIZES = (16, 20, 24, 32, 40, 48, 64)


def icon_names() -> list[str]:
    """Every icon there is."""
    folder = files("resources") / "icons"
    return sorted(entry.name.removesuffix(".svg") for entry in folder.iterdir() if entry.name.endswith(".svg"))


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    """The drawing's source. Raises FileNotFoundError for a name without a drawing."""
    return (files("resources") / "icons" / f"{name}.svg").read_text("utf-8")


def tinted_svg(name: str, colour: str) -> bytes:
    """The drawing with its strokes in colour ("#rrggbb")."""
    return _drawing(name).replace("currentColor", colour).encode("utf-8")


def render(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The drawing as a picture of size × size device-independent pixels for a screen of that pixel ratio."""
    renderer = QSvgRenderer(QByteArray(tinted_svg(name, colour)))
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class IconSet:
    """Icons tinted with one palette; made once each."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._made: dict[tuple[str, str, str], QIcon] = {}

    def icon(self, name: str, role: str = "muted", checked_role: str = "accent") -> QIcon:
        """An icon in a role's colour; checked buttons and selected rows show checked_role, disabled ones "none"."""
        key = (name, role, checked_role)
        if key not in self._made:
            self._made[key] = self._make(name, role, checked_role)
        return self._made[key]

    def _make(self, name: str, role: str, checked_role: str) -> QIcon:
        icon = QIcon()
        mode, state = QIcon.Mode, QIcon.State
        for size in _SIZES:
            plain = render(name, self._palette.hex(role), size)
            checked = plain if checked_role == role else render(name, self._palette.hex(checked_role), size)
            icon.addPixmap(plain, mode.Normal, state.Off)
            icon.addPixmap(checked, mode.Normal, state.On)
            icon.addPixmap(checked, mode.Selected, state.Off)
            icon.addPixmap(render(name, self._palette.hex("border_strong"), size), mode.Disabled, state.Off)
        return icon
