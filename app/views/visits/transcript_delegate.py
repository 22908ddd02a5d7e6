"""How an utterance looks: when and who, then the words, with those marked that a sentence rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPalette, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.i18n import tr
from app.views.visits.doubts import unclear_spans
from app.views.visits.transcript_model import MARKED, SPANS, UTTERANCE
from app.widgets.offsets import to_qt
from app.words.visits import clock_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import Mark, Utterance

Index = QModelIndex | QPersistentModelIndex
_PAD_X, _PAD_Y = 15, 6
_SMALL = 0.9


class UtteranceDelegate(QStyledItemDelegate):
    """Heights are kept by words and width: a long visit has a thousand rows."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._heights: dict[tuple[str, int], int] = {}
        theme.changed.connect(self._heights.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        utterance: Utterance = index.data(UTTERANCE)
        width = self._view.viewport().width() - 2 * _PAD_X
        key = (utterance.text, width)
        if key not in self._heights:
            _layout, height = self._lay_out(utterance.text, option.font, width, [])
            head = QFontMetrics(self._small(option.font)).lineSpacing()
            self._heights[key] = height + head + 2 + 2 * _PAD_Y
        return QSize(80, self._heights[key])

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        utterance: Utterance = index.data(UTTERANCE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        option.text = ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        color = self._theme.color
        text = option.palette.color(QPalette.ColorRole.HighlightedText) if chosen else color("text")
        area = option.rect.adjusted(_PAD_X, _PAD_Y, -_PAD_X, -_PAD_Y)
        painter.save()
        small = self._small(option.font)
        small.setWeight(QFont.Weight.DemiBold)
        painter.setFont(small)
        painter.setPen(text if chosen else color("muted"))
        head = QFontMetrics(small).elidedText(self.head(utterance, index.data(MARKED)), _RIGHT, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), head)
        painter.setPen(text)
        formats = [self._unclear(utterance.text, *span) for span in unclear_spans(utterance)]
        formats += [self._marked(utterance.text, *span) for span in index.data(SPANS)]
        layout, _height = self._lay_out(utterance.text, option.font, area.width(), formats)
        layout.draw(painter, QPointF(area.left(), area.top() + QFontMetrics(small).lineSpacing() + 2))
        painter.restore()

    def head(self, utterance: Utterance, marks: Sequence[Mark]) -> str:
        """ "3:05 · Patient · corrected"."""
        parts = [clock_text(utterance.begins_s)] if utterance.begins_s is not None else []
        parts.append(utterance.speaker or tr("Visits", "Somebody"))
        if utterance.edited:
            parts.append(tr("Visits", "corrected"))
        parts += [f"⚑ {mark.label}" if mark.label else tr("Visits", "⚑ marked") for mark in marks]
        return " · ".join(parts)

    def _lay_out(
        self, text: str, font: QFont, width: int, formats: Sequence[QTextLayout.FormatRange]
    ) -> tuple[QTextLayout, int]:
        layout = QTextLayout(text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(list(formats))
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 40))
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout, round(height)

    def _marked(self, text: str, start: int, end: int) -> QTextLayout.FormatRange:
        found = QTextLayout.FormatRange()
        found.start = to_qt(text, start)
        found.length = to_qt(text, end) - found.start
        style = QTextCharFormat()
        style.setBackground(self._theme.color("mark"))
        style.setForeground(self._theme.color("text"))
        found.format = style
        return found

    def _unclear(self, text: str, start: int, end: int) -> QTextLayout.FormatRange:
        found = QTextLayout.FormatRange()
        found.start = to_qt(text, start)
        found.length = to_qt(text, end) - found.start
        style = QTextCharFormat()
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        style.setUnderlineColor(self._theme.color("warn"))
        found.format = style
        return found

    def _small(self, font: QFont) -> QFont:
        small = QFont(font)
        small.setPointSizeF(max(font.pointSizeF(), 1.0) * _SMALL)
        return small

    # correcting

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002
        editor = QPlainTextEdit(parent)
        editor.setTabChangesFocus(True)
        editor.setAccessibleName(tr("Visits", "Correct what was said"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        field = cast("QPlainTextEdit", editor)
        field.setPlainText(str(index.data(Qt.ItemDataRole.EditRole)))
        field.moveCursor(field.textCursor().MoveOperation.End)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        model.setData(index, cast("QPlainTextEdit", editor).toPlainText())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        editor.setGeometry(option.rect.adjusted(0, 0, 0, 2 * _PAD_Y))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter stores the correction."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and isinstance(watched, QPlainTextEdit)
        ):
            self.commitData.emit(watched)
            self.closeEditor.emit(watched, QStyledItemDelegate.EndEditHint.NoHint)
            return True
        return super().eventFilter(watched, event)


_RIGHT = Qt.TextElideMode.ElideRight
