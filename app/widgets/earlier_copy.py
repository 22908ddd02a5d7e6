"""The offer to put back a copy of the workspace that this version can open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.i18n import moment_text, tr
from app.theme import Theme
from app.widgets.buttons import push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, column, row, show_if
from engine.types import EarlierCopy


class EarlierCopyOffer(QFrame):
    """Hidden until there is a copy to offer. on_accept gets the copy that the person wants back."""

    def __init__(self, theme: Theme, on_accept: Callable[[EarlierCopy], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._on_accept = on_accept
        self._copy: EarlierCopy | None = None
        self.question = label("", "heading", wrap=True)
        self.consequence = label(
            tr(
                "EarlierCopy",
                "What was added since then is not in it. Nothing is deleted: the newer workspace is kept beside it and "
                "opens again with the newer version.",
            ),
            wrap=True,
        )
        self.accept = push_button(tr("EarlierCopy", "Put this copy back"), self._accept)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(ThemedIcon(theme, "storage", "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(column(self.question, self.consequence, row(self.accept, 1), spacing=SPACE_S), 1)
        show_if(self, False)

    def offer(self, copy: EarlierCopy) -> None:
        """Show the offer of a copy."""
        self._copy = copy
        words = tr(
            "EarlierCopy", "There is a copy of {moment} that this version can open.", moment=moment_text(copy.made)
        )
        self.question.setText(words)
        self.setAccessibleName(words)
        show_if(self, True)

    def _accept(self) -> None:
        if self._copy is not None:
            self.hide()
            self._on_accept(self._copy)
