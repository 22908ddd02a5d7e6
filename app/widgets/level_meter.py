"""How loud it is at this moment."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import tr

if TYPE_CHECKING:
    from app.theme import Theme

# Speech at arm's length moves between these.
_QUIETEST_DB = -54.0
_TOO_LOUD = 0.97
_BARS = 24
# What it falls by from one moment to the next, so that the eye can follow.
_FALL = 0.08


def meter_share(level: float) -> float:
    """Of a loudness of 0 to 1 (full scale), how much of the meter is lit: in decibels, as the ear hears."""
    if level <= 0:
        return 0.0
    return min(max(1 - 20 * math.log10(min(level, 1.0)) / _QUIETEST_DB, 0.0), 1.0)


class LevelMeter(QWidget):
    """Bars that light up with the loudness; all of it turns to the colour of a warning where it is too loud."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._level = 0.0
        self._shown = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Recorder", "Loudness"))

    @property
    def shown(self) -> float:
        """The share of the bars that are lit, 0 to 1."""
        return self._shown

    def show_level(self, level: float) -> None:
        """level: 0 to 1, full scale."""
        self._level = level
        self._shown = max(meter_share(level), self._shown - _FALL) if level else 0.0
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.scaled(160), self._theme.scaled(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.scaled(60), self._theme.scaled(18))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        lit = self._theme.color("bad" if self._level >= _TOO_LOUD else "ok")
        dark = self._theme.color("border_strong")
        step = self.width() / _BARS
        for bar in range(_BARS):
            painter.setBrush(lit if (bar + 1) / _BARS <= self._shown else dark)
            height = self.height() if (bar + 1) / _BARS <= self._shown else 3
            painter.drawRoundedRect(QRectF(bar * step + 1, (self.height() - height) / 2, step - 2, height), 1, 1)
        painter.end()
