"""How the parts of an answer look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.types import Verdict

LINE_HEIGHT_PERCENT = 140
INDENT_PX = 22
_LINE_HEIGHTS = QTextBlockFormat.LineHeightTypes


@dataclass(frozen=True)
class AnswerColors:
    """The colours that an answer is written in."""

    text: QColor
    muted: QColor
    accent: QColor
    accent_soft: QColor
    border: QColor
    code: QColor
    verdicts: Mapping[Verdict, QColor]


class MarkdownStyles:
    """Character, block and table formats in one look."""

    def __init__(self, colors: AnswerColors) -> None:
        self._colors = colors

    def text(self, *, bold: bool = False, muted: bool = False) -> QTextCharFormat:
        """Running text."""
        style = QTextCharFormat()
        style.setForeground(QBrush(self._colors.muted if muted else self._colors.text))
        style.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return style

    def mono(self, *, shaded: bool = False) -> QTextCharFormat:
        """Code; shaded where it stands in running text."""
        style = self.text()
        style.setFontFamilies(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families())
        style.setProperty(QTextFormat.Property.FontFixedPitch, True)
        if shaded:
            style.setBackground(QBrush(self._colors.code))
        return style

    def paragraph(self, indent: int, above: int, *, hanging: bool) -> QTextBlockFormat:
        """A paragraph, indent steps to the right; hanging leaves its bullet or number outside."""
        layout = QTextBlockFormat()
        layout.setLineHeight(LINE_HEIGHT_PERCENT, _LINE_HEIGHTS.ProportionalHeight.value)
        layout.setLeftMargin(indent * INDENT_PX)
        layout.setTopMargin(above)
        if hanging:
            layout.setTextIndent(-INDENT_PX)
            layout.setTabPositions([QTextOption.Tab(INDENT_PX, QTextOption.TabType.LeftTab)])
        return layout

    def code(self, indent: int) -> QTextBlockFormat:
        """A block of code."""
        layout = QTextBlockFormat()
        layout.setLeftMargin(indent * INDENT_PX)
        layout.setTopMargin(8)
        layout.setBackground(QBrush(self._colors.code))
        return layout

    def rule(self) -> QTextBlockFormat:
        """A thin line across."""
        layout = QTextBlockFormat()
        layout.setTopMargin(8)
        layout.setBackground(QBrush(self._colors.border))
        layout.setLineHeight(1, _LINE_HEIGHTS.FixedHeight.value)
        return layout

    def table(self) -> QTextTableFormat:
        """A table as wide as the text."""
        layout = QTextTableFormat()
        layout.setBorder(1)
        layout.setBorderCollapse(True)
        layout.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        layout.setBorderBrush(QBrush(self._colors.border))
        layout.setCellPadding(6)
        layout.setTopMargin(8)
        layout.setBottomMargin(4)
        layout.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        return layout
