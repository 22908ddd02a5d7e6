"""A section of a template, as it is edited."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from app.i18n import tr
from app.widgets.buttons import IconButton
from app.widgets.labels import label
from app.widgets.layout import SPACE_S, Card, row
from engine.types import SectionTemplate

if TYPE_CHECKING:
    from app.theme import Theme

_MOST_WORDS = 1000


class SectionEditor(Card):
    """moved: up (-1) or down (1). removed: take it out of the template. changed: something was typed."""

    moved = Signal(int)
    removed = Signal()
    changed = Signal()

    def __init__(self, theme: Theme, section: SectionTemplate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = section.key
        self.title = QLineEdit(section.title)
        self.title.setPlaceholderText(tr("Templates", "Title of the section"))
        self.title.setAccessibleName(tr("Templates", "Title of the section"))
        self.length = QSpinBox()
        self.length.setRange(0, _MOST_WORDS)
        self.length.setSingleStep(20)
        self.length.setSpecialValueText(tr("Templates", "any length"))
        self.length.setSuffix(tr("Templates", " words"))
        self.length.setAccessibleName(tr("Templates", "Words as a rule"))
        self.length.setValue(section.length)
        self.instruction = _field(section.instruction, 3, tr("Templates", "What belongs in it"))
        self.example = _field(section.example, 2, tr("Templates", "How it may read (an example)"))
        buttons = [
            IconButton(theme, "chevron-up", tr("Templates", "Move up"), lambda: self.moved.emit(-1), size=14),
            IconButton(theme, "chevron-down", tr("Templates", "Move down"), lambda: self.moved.emit(1), size=14),
            IconButton(theme, "trash", tr("Templates", "Take this section out"), self.removed.emit, size=14),
        ]
        self.body.setSpacing(SPACE_S)
        self.body.addLayout(row(self.title, self.length, *buttons, widest=self.title))
        for words, field in (
            (tr("Templates", "What belongs in it"), self.instruction),
            (tr("Templates", "Example"), self.example),
        ):
            self.body.addWidget(label(words, "small"))
            self.body.addWidget(field)
            field.textChanged.connect(self.changed)
        self.title.textChanged.connect(lambda _text: self.changed.emit())
        self.length.valueChanged.connect(lambda _words: self.changed.emit())

    def section(self) -> SectionTemplate:
        """What is typed now; a new section gets its key from its title."""
        title = " ".join(self.title.text().split())
        key = self._key or re.sub(r"[^a-z0-9]+", "_", title.casefold()).strip("_")
        return SectionTemplate(
            key,
            title,
            self.instruction.toPlainText().strip(),
            self.length.value(),
            self.example.toPlainText().strip(),
        )


def _field(text: str, lines: int, name: str) -> QPlainTextEdit:
    field = QPlainTextEdit(text)
    field.setTabChangesFocus(True)
    field.setAccessibleName(name)
    field.setFixedHeight(field.fontMetrics().lineSpacing() * lines + 20)
    return field
