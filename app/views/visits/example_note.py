"""An example note that a template is made of."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import Card, row, show_if


class ExampleNote(Card):
    """given: the name of the new template and the note."""

    given = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, role="accent")
        words = tr("Templates", "Paste a note as you write them. Its headings become the sections of a template.")
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Templates", "Name of the template"))
        self.name.setAccessibleName(tr("Templates", "Name of the new template"))
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Templates", "Example note"))
        self.text.setPlaceholderText(tr("Templates", "Take out names and dates of birth: an example is for everybody."))
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * 9)
        self.make_button = push_button(tr("Templates", "Make a template of it"), self._give, role="primary")
        self.body.addWidget(label(words, wrap=True))
        self.body.addWidget(self.name)
        self.body.addWidget(self.text)
        self.body.addLayout(row(self.make_button, push_button(tr("Templates", "Cancel"), self.hide), 1))
        for field in (self.name, self.text):
            field.textChanged.connect(lambda *_text: self._tell())
        self._tell()
        show_if(self, False)

    def ask(self) -> None:
        """Ask for a name and a note."""
        self.show()
        self.name.setFocus()

    def _tell(self) -> None:
        self.make_button.setEnabled(bool(self.name.text().strip() and self.text.toPlainText().strip()))

    def _give(self) -> None:
        self.given.emit(self.name.text().strip(), self.text.toPlainText())
