"""Asking once before something that cannot be undone, with the thing's name."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label


class ConfirmDialog(Dialog):
    """Asks a question whose safe answer is the default. question names the thing; consequence says what is lost."""

    def __init__(self, question: str, consequence: str, act: str, parent: QWidget | None) -> None:
        super().__init__(question, parent)
        self.body.addWidget(label(consequence, wrap=True))
        self.keep = self.add_button(push_button(tr("Confirm", "Cancel"), self.reject), default=True)
        self.act = self.add_button(push_button(act, self.accept, role="danger"))
        self.keep.setFocus()


def confirmed(question: str, consequence: str, act: str, parent: QWidget | None) -> bool:
    """Ask and wait; true if the person chose act."""
    return ConfirmDialog(question, consequence, act, parent).exec() == ConfirmDialog.DialogCode.Accepted
