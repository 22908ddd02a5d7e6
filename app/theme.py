"""The look of the window: palette, style sheet, icons and text size, following the system where that is wanted."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from app.icons import IconSet, render, tinted_svg
from app.palette import Palette

# Drawings that the style sheet shows by file name, with the role that tints each.
_SHEET_DRAWINGS = {"chevron-down": "muted", "chevron-up": "muted", "check": "on_accent", "cross": "muted"}


class Theme(QObject):
    """Applies the look to the application and hands out icons and colours. changed: the look is another one now."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system", font_scale: float = 1.0) -> None:
        super().__init__(application)
        self._application = application
        self._system_font = QFont(application.font())
        self._choice = choice
        self._font_scale = font_scale
        self._drawings = tempfile.TemporaryDirectory(prefix="chartside-theme-")
        self._apply()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def dark(self) -> bool:
        """Whether the dark palette is shown."""
        if self._choice == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    @property
    def palette(self) -> Palette:
        return self._palette

    @property
    def choice(self) -> str:
        """ "system", "light" or "dark", as the person chose."""
        return self._choice

    @property
    def font_scale(self) -> float:
        return self._font_scale

    @property
    def animated(self) -> bool:
        """Whether things may move: false where the system asks for reduced motion."""
        return self._application.style().styleHint(self._application.style().StyleHint.SH_Widget_Animation_Duration) > 0

    def set_look(self, choice: str, font_scale: float) -> None:
        """Show another look at once; nothing is stored."""
        if (choice, font_scale) != (self._choice, self._font_scale):
            self._choice, self._font_scale = choice, font_scale
            self._apply()
            self.changed.emit()

    def color(self, role: str) -> QColor:
        """A role's colour; ValueError for an unknown role."""
        return self._palette.color(role)

    def icon(self, name: str, role: str = "muted", checked_role: str = "accent") -> QIcon:
        """An icon tinted with a role. Ask again when changed was emitted; the widgets of app.widgets do."""
        return self._icons.icon(name, role, checked_role)

    def pixmap(self, name: str, role: str = "muted", size: int = 24) -> QPixmap:
        """An icon as a sharp picture of size device-independent pixels, grown with the text size."""
        return render(name, self._palette.hex(role), self.scaled(size), self._application.devicePixelRatio())

    def scaled(self, pixels: int) -> int:
        """A length that grows with the text, in device-independent pixels."""
        return round(pixels * self._font_scale)

    def close(self) -> None:
        """Remove the drawings written for the style sheet.

        The sheet itself stays: Qt forgets with an emptied one which widgets it had styled, and restyles those that have
        died since (seen with Qt 6.11: a segmentation fault in the next QApplication.setStyleSheet).
        """
        self._drawings.cleanup()

    def _follow_system(self) -> None:
        if self._choice == "system":
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._palette = Palette.load("dark" if self.dark else "light")
        self._icons = IconSet(self._palette)
        font = QFont(self._system_font)
        font.setPointSizeF(self._system_font.pointSizeF() * self._font_scale)
        self._application.setFont(font)
        self._application.setPalette(self._palette.to_qt())
        self._application.setStyleSheet(self._style_sheet(font.pointSizeF()))

    def _style_sheet(self, points: float) -> str:
        template = Template((files("resources") / "themes" / "chartside.qss").read_text("utf-8"))
        values = self._palette.roles() | {
            "size_small": f"{points * 0.9:.2f}pt",
            "size_body": f"{points:.2f}pt",
            "size_title": f"{points * 1.55:.2f}pt",
            "size_state": f"{points * 2.1:.2f}pt",
            "control": f"{self.scaled(20)}px",
            "check": f"{self.scaled(15)}px",
            "dot": f"{self.scaled(15) - 8}px",
            "radio": f"{self.scaled(15) // 2 + 1}px",
        }
        return template.substitute(values | self._write_drawings())

    def _write_drawings(self) -> dict[str, str]:
        folder = Path(self._drawings.name) / ("dark" if self.dark else "light")
        folder.mkdir(exist_ok=True)
        written = {}
        for name, role in _SHEET_DRAWINGS.items():
            file = folder / f"{name}.svg"
            file.write_bytes(tinted_svg(name, self._palette.hex(role)))
            written[f"icon_{name.replace('-', '_')}"] = file.as_posix()
        return written
