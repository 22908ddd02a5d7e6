"""Terms of a model that have to be accepted before it is downloaded."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from engine.types import ModelInfo


class TermsDialog(Dialog):
    """Shows the terms; the download can only be started once the person says that they accept them."""

    def __init__(self, model: ModelInfo, parent: QWidget | None) -> None:
        super().__init__(tr("Terms", "Terms of “{name}”", name=model.name), parent, width=560)
        self.text = QPlainTextEdit(model.terms)
        self.text.setReadOnly(True)
        self.text.setMinimumHeight(160)
        self.text.setAccessibleName(tr("Terms", "Terms"))
        self.accepts = QCheckBox(tr("Terms", "I have read the terms and accept them for this clinic"))
        self.body.addWidget(label(model.licence, "muted", wrap=True))
        self.body.addWidget(self.text)
        if model.licence_url:
            open_full = push_button(tr("Terms", "Open the full text in the browser"), role="link")
            open_full.setToolTip(model.licence_url)
            open_full.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(model.licence_url)))
            self.body.addWidget(open_full)
        self.body.addWidget(self.accepts)
        self.add_button(push_button(tr("Terms", "Cancel"), self.reject))
        self.act = self.add_button(push_button(tr("Terms", "Accept and download"), self.accept, role="primary"))
        self.act.setEnabled(False)
        self.accepts.toggled.connect(self.act.setEnabled)
        self.accepts.setFocus()


def terms_accepted(model: ModelInfo, parent: QWidget | None) -> bool:
    """True at once for a model without terms of its own; otherwise asks."""
    return not model.terms or TermsDialog(model, parent).exec() == TermsDialog.DialogCode.Accepted
