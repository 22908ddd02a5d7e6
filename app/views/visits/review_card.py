"""What is still to be looked at before a note is signed, and signing it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import counted, tr
from app.widgets.buttons import push_button
from app.widgets.elided_button import ElidedButton
from app.widgets.labels import label
from app.widgets.layout import SPACE_S, Card, clear, row, show_if
from app.widgets.verdicts import LOOKS
from engine.types import Review

if TYPE_CHECKING:
    from app.theme import Theme

_SHOWN = 12


class ReviewCard(Card):
    """signed: sign it as it is. put_off: not yet. chosen: a marked sentence to look at (MarkedSentence)."""

    signed = Signal()
    put_off = Signal()
    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="accent")
        self._theme = theme
        self.title = label("", "heading", wrap=True)
        self.list = QVBoxLayout()
        self.list.setSpacing(0)
        self.rest = label("", "muted", wrap=True)
        consequence = tr("Visits", "A signed note cannot be changed any more; more can be added below it.")
        self.sign = push_button(tr("Visits", "Sign"), self.signed.emit, role="primary")
        self.later = push_button(tr("Visits", "Not yet"), self.put_off.emit)
        self.body.setSpacing(SPACE_S)
        self.body.addWidget(self.title)
        self.body.addLayout(self.list)
        self.body.addWidget(self.rest)
        self.body.addWidget(label(consequence, "small", wrap=True))
        self.body.addLayout(row(self.sign, self.later, 1))
        self.setFocusProxy(self.sign)

    def show_review(self, review: Review) -> None:
        """Show what is left; the button to sign has the focus only where nothing is marked or unclear."""
        clear(self.list)
        count = len(review.marked)
        if count:
            self.title.setText(
                counted("Visits", "1 sentence is still marked.", "{count} sentences are still marked.", count)
            )
        else:
            self.title.setText(tr("Visits", "No sentence is marked any more."))
        for marked in review.marked[:_SHOWN]:
            shape = LOOKS[marked.sentence.verdict].shape
            self.list.addWidget(ElidedButton(f"{shape} {marked.sentence.text}", partial(self.chosen.emit, marked)))
        self.rest.setText(_rest_words(review))
        show_if(self.rest, bool(self.rest.text()))
        words = tr("Visits", "Sign") if not count else tr("Visits", "Sign all the same")
        self.sign.setText(words)
        show_if(self, True)
        (self.later if count or review.unclear else self.sign).setFocus()


def _rest_words(review: Review) -> str:
    parts = []
    if review.unclear:
        words = dict.fromkeys(word for each in review.unclear for word in each.words)
        quoted = ", ".join(f"“{word}”" for word in words)
        parts.append(tr("Visits", "Not clearly heard: {words}. Make sure.", words=quoted))
    if review.omissions:
        parts.append(
            counted(
                "Visits",
                "1 fact that was said is not in the note.",
                "{count} facts that were said are not in the note.",
                review.omissions,
            )
        )
    if review.empty:
        parts.append(tr("Visits", "Empty: {names}.", names=", ".join(review.empty)))
    return " ".join(parts)
