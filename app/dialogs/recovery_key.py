"""Making a recovery key once the workspace is in use."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.recovery_key_maker import RecoveryKeyMaker


class RecoveryKeyDialog(Dialog):
    """Accepted once the key was typed back. A key made earlier opens until then, and not after."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(tr("RecoveryKey", "The recovery key"), parent)
        self.maker = RecoveryKeyMaker(context, tr("RecoveryKey", "Cancel"))
        self.maker.confirmed.connect(self.accept)
        self.maker.later.connect(self.reject)
        self.body.addWidget(self.maker)
