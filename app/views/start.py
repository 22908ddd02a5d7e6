"""The frame of the pages before the workspace is open: one quiet card in the middle of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.theme import Theme
from app.widgets.feedback import ErrorPanel, ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, Card

_WIDTH = 520


class StartPage(QWidget):
    """A centred card with the program's mark, a title, one sentence, and what subclasses put into body."""

    def __init__(self, theme: Theme, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.theme = theme
        self.error = ErrorPanel(theme)
        self.title = label(title, "title")
        self.title.setWordWrap(True)
        self.sentence = label(sentence, "muted", wrap=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_M)
        card = Card()
        card.body.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        card.body.setSpacing(SPACE_L)
        heads = QVBoxLayout()
        heads.setSpacing(SPACE_S)
        heads.addWidget(self.title)
        heads.addWidget(self.sentence)
        card.body.addLayout(heads)
        card.body.addWidget(self.error)
        card.body.addLayout(self.body)
        self._middle = QWidget()
        self._middle.setObjectName("column")
        inner = QVBoxLayout(self._middle)
        inner.setContentsMargins(SPACE_L, SPACE_XL, SPACE_L, SPACE_XL)
        inner.setSpacing(SPACE_L)
        inner.addStretch(1)
        inner.addLayout(self._brand())
        inner.addWidget(card)
        inner.addStretch(2)
        self._scroll(self._middle)
        theme.changed.connect(self._resize)
        self._resize()

    def _brand(self) -> QHBoxLayout:
        brand = QHBoxLayout()
        brand.setSpacing(SPACE_M)
        brand.addWidget(ThemedIcon(self.theme, "chartside", "accent", 28))
        brand.addWidget(label("Chartside", "heading"))
        brand.addStretch(1)
        return brand

    def _scroll(self, middle: QWidget) -> None:
        holder = QWidget()
        holder.setObjectName("column")
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(middle, 100)
        line.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _resize(self) -> None:
        self._middle.setMaximumWidth(self.theme.scaled(_WIDTH))
