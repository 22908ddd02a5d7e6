"""After the workspace was created: the recovery key, now or later."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.i18n import tr
from app.views.start import StartPage
from app.widgets.recovery_key_maker import RecoveryKeyMaker


class RecoveryKeyPage(StartPage):
    """finished: the key was confirmed, or put off; the window then reminds of it."""

    finished = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(
            context.theme,
            tr("RecoveryKey", "The recovery key"),
            tr("RecoveryKey", "The way in when a passphrase is forgotten or somebody falls ill."),
            parent,
        )
        self.maker = RecoveryKeyMaker(context, tr("RecoveryKey", "Later"))
        self.maker.confirmed.connect(self.finished)
        self.maker.later.connect(self.finished)
        self.body.addWidget(self.maker)
