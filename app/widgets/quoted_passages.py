"""Passages in their own words, most relevant first: what is left to read where there is no answer to rely on."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.i18n import counted, tr
from app.widgets.buttons import push_button
from app.widgets.elided_button import ElidedButton
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, clear, column, show_if
from app.widgets.passage_list import passage_place
from app.widgets.rich import passage_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLabel

    from app.theme import Theme
    from engine.types import Passage

_SHOWN = 3
_CHARACTERS = 700


class QuotedPassages(QWidget):
    """chosen: a passage is to be opened at its place in the document."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.heading = label(tr("Passages", "In the words of your documents"), "heading", wrap=True)
        self.note = label(
            tr("Passages", "Quoted, not written by the model; the most relevant first."), "small", wrap=True
        )
        self._quotes = column(spacing=SPACE_M)
        self._more = push_button("", self._show_rest, role="link")
        self._rest: list[Passage] = []
        self._texts: list[tuple[QLabel, str]] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(10, 0, 0, 0)
        outer.setSpacing(SPACE_S)
        outer.addWidget(self.heading)
        outer.addWidget(self.note)
        outer.addLayout(self._quotes)
        outer.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._color)
        show_if(self, False)

    def show_passages(self, passages: Sequence[Passage]) -> None:
        """Quote these, the first ones at once; nothing is shown for none."""
        clear(self._quotes)
        self._texts = []
        self._rest = list(passages[_SHOWN:])
        for passage in passages[:_SHOWN]:
            self._quotes.addWidget(self._quote(passage))
        self._color()
        self._more.setText(counted("Passages", "1 more passage", "{count} more passages", len(self._rest)))
        show_if(self._more, bool(self._rest))
        show_if(self, bool(passages))

    def _show_rest(self) -> None:
        for passage in self._rest:
            self._quotes.addWidget(self._quote(passage))
        self._rest = []
        self._color()
        self._more.hide()

    def _color(self) -> None:
        for shown, text in self._texts:
            shown.setText(passage_html(text, self._theme.color("border_strong")))

    def _quote(self, passage: Passage) -> QWidget:
        place = ElidedButton(
            passage_place(passage),
            partial(self.chosen.emit, passage),
            tip=tr("Passages", "{place}\nOpens the page with the passage marked", place=passage_place(passage)),
        )
        text = label("", wrap=True)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setAccessibleName(passage.shown)
        self._texts.append((text, shortened_lines(passage.shown)))
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setContentsMargins(SPACE_M, 0, 0, 0)
        box = QFrame()
        box.setObjectName("quotedpassage")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(SPACE_S, 0, SPACE_L, 0)
        inner.setSpacing(0)
        inner.addWidget(place, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(text)
        return box


def shortened_lines(text: str) -> str:
    """The first whole lines of a passage, so that no table row is cut; a long first line is cut between words."""
    if len(text) <= _CHARACTERS:
        return text
    end = text.rfind("\n", 0, _CHARACTERS)
    if end <= 0:
        return text[:_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return text[:end] + "\n…"
