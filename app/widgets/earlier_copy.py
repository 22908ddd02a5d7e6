"""The offer to put back a copy of the workspace that this version can open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.i18n import moment_text, tr
from app.theme import Theme
from app.widgets.buttons import push_button
from app.widgets.feedback import Notice
from app.widgets.layout import show_if
from engine.types import EarlierCopy


class EarlierCopyOffer(Notice):
    """Hidden until there is a copy to offer. on_accept gets the copy that the person wants back."""

    def __init__(self, theme: Theme, on_accept: Callable[[EarlierCopy], object], parent: QWidget | None = None) -> None:
        self._on_accept = on_accept
        self._copy: EarlierCopy | None = None
        self.accept = push_button(tr("EarlierCopy", "Put this copy back"), self._accept)
        super().__init__(theme, ("storage", "accent"), buttons=(self.accept,), parent=parent)
        show_if(self, False)

    def offer(self, copy: EarlierCopy) -> None:
        """Show the offer of a copy."""
        self._copy = copy
        words = tr(
            "EarlierCopy", "There is a copy of {moment} that this version can open.", moment=moment_text(copy.made)
        )
        consequence = tr(
            "EarlierCopy",
            "What was added since then is not in it. Nothing is deleted: the newer workspace is kept beside it and "
            "opens again with the newer version.",
        )
        self.say(words, consequence)
        show_if(self, True)

    def _accept(self) -> None:
        if self._copy is not None:
            self.hide()
            self._on_accept(self._copy)
