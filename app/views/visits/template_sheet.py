"""A template as it is changed: its name, what it is for, and its sections one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.i18n import tr
from app.views.visits.example_note import ExampleNote
from app.views.visits.template_section import SectionEditor
from app.widgets.buttons import give_icon, push_button
from app.widgets.layout import SPACE_M, ScrollColumn, row, show_if
from engine.types import NoteTemplate, SectionTemplate

if TYPE_CHECKING:
    from app.theme import Theme

_WIDEST_PX = 760


class TemplateSheet(ScrollColumn):
    """touched: something was typed, or a section added, moved or taken out. may: whether the reader may change it."""

    touched = Signal()

    def __init__(self, theme: Theme, *, may: bool) -> None:
        super().__init__(max_width=_WIDEST_PX)
        self._theme = theme
        self._may = may
        self.sections: list[SectionEditor] = []
        self.example = ExampleNote()
        self.title = self._field(tr("Templates", "Name of the template"), tr("Templates", "Name of the template"))
        self.kind = self._field(
            tr("Templates", "What it is for"), tr("Templates", "What it is for: “a visit”, “a telephone call”")
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE_M)
        self.add_button = push_button(tr("Templates", "Add a section"), lambda: self._add(SectionTemplate("", "")))
        give_icon(self.add_button, theme, "plus")
        for widget in (self.example, self.title, self.kind):
            self.body.addWidget(widget)
        self.body.addLayout(self._rows)
        self.body.addLayout(row(self.add_button, 1))
        self.body.addStretch(1)
        show_if(self.add_button, may)

    def _field(self, name: str, placeholder: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(placeholder)
        field.setAccessibleName(name)
        field.setReadOnly(not self._may)
        field.textEdited.connect(lambda _text: self.touched.emit())
        return field

    def show_template(self, template: NoteTemplate) -> None:
        """Show a template instead of the one before; what was typed goes."""
        self.title.setText(template.title)
        self.kind.setText(template.kind)
        for each in list(self.sections):
            self._drop(each)
        for section in template.sections:
            self._put(section)
        self.example.hide()

    def typed(self, template: NoteTemplate) -> NoteTemplate:
        """The template with what is typed now; sections without a title are left out."""
        sections = [each.section() for each in self.sections]
        return replace(
            template,
            title=" ".join(self.title.text().split()),
            kind=" ".join(self.kind.text().split()),
            sections=[each for each in sections if each.title],
        )

    # sections

    def _put(self, section: SectionTemplate) -> SectionEditor:
        editor = SectionEditor(self._theme, section)
        editor.moved.connect(lambda step: self._move(editor, step))
        editor.removed.connect(lambda: self._take_out(editor))
        editor.changed.connect(self.touched)
        editor.setEnabled(self._may)
        self.sections.append(editor)
        self._rows.addWidget(editor)
        return editor

    def _add(self, section: SectionTemplate) -> None:
        editor = self._put(section)
        self.touched.emit()
        QTimer.singleShot(0, editor.title, editor.title.setFocus)

    def _move(self, editor: SectionEditor, step: int) -> None:
        place = self.sections.index(editor)
        there = place + step
        if not 0 <= there < len(self.sections):
            return
        self.sections.insert(there, self.sections.pop(place))
        self._rows.removeWidget(editor)
        self._rows.insertWidget(there, editor)
        self.touched.emit()

    def _take_out(self, editor: SectionEditor) -> None:
        self._drop(editor)
        self.touched.emit()

    def _drop(self, editor: SectionEditor) -> None:
        self.sections.remove(editor)
        self._rows.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
