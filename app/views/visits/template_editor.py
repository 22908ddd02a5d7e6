"""The clinic's templates: chosen in a list, changed beside it, made from an example note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.dialogs.confirm import confirmed
from app.i18n import tr
from app.views.visits.template_sheet import TemplateSheet
from app.widgets.buttons import give_icon, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, row, show_if
from app.words.visits import template_words
from engine.types import Change, NoteTemplate, Permission, SectionTemplate, Topic

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.calls import VisitCalls


class TemplateEditor(QWidget):
    """Nothing is stored before Save; another template or page keeps what was typed no longer than the page."""

    def __init__(self, context: AppContext, calls: VisitCalls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._calls = calls
        self._templates = context.workspace.templates
        self._may = context.may(Permission.CHANGE_TEMPLATES)
        self._shown: NoteTemplate | None = None
        self.dirty = False
        self._lay_out()
        self._show_buttons()
        context.changes.changed.connect(self._changed)
        self.load()

    def _lay_out(self) -> None:
        work = self._make_work()
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self._make_side())
        both.addLayout(work, 1)
        self.setFocusProxy(self.list)

    def _make_side(self) -> QWidget:
        theme = self._context.theme
        self.list = QListWidget()
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName(tr("Templates", "Templates"))
        self.list.currentItemChanged.connect(lambda item, _before: self._choose(item))
        self.new_button = push_button(tr("Templates", "New template"), self.start_new)
        give_icon(self.new_button, theme, "plus")
        self.example_button = push_button(tr("Templates", "From an example note …"), self.sheet.example.ask)
        left = QVBoxLayout()
        left.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        left.addWidget(self.new_button)
        left.addWidget(self.example_button)
        left.addWidget(self.list, 1)
        side = QWidget()
        side.setLayout(left)
        side.setFixedWidth(theme.scaled(232))
        return side

    def _make_work(self) -> QVBoxLayout:
        self.sheet = TemplateSheet(self._context.theme, may=self._may)
        self.sheet.touched.connect(self._touch)
        self.sheet.example.given.connect(self._from_example)
        self.save_button = push_button(tr("Templates", "Save"), self.save, role="primary")
        self.reset_button = push_button(tr("Templates", "As it came"), self._reset)
        self.remove_button = push_button(tr("Templates", "Remove …"), self._remove, role="danger")
        self.hint = label("", "muted", wrap=True)
        acts = row(self.save_button, self.reset_button, self.remove_button, self.hint, 1)
        acts.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.sheet, 1)
        right.addLayout(acts)
        return right

    # which template

    def load(self) -> None:
        """Ask which templates there are."""
        self._calls.read(self._templates.list, self._show_list)

    def _changed(self, change: Change) -> None:
        if change.topic is Topic.TEMPLATES:
            self.load()

    def _show_list(self, templates: list[NoteTemplate]) -> None:
        wanted = self._shown.id if self._shown is not None else ""
        self.list.blockSignals(True)
        self.list.clear()
        for each in templates:
            item = QListWidgetItem(template_words(each))
            item.setData(Qt.ItemDataRole.UserRole, each)
            self.list.addItem(item)
            if each.id == wanted:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if not wanted and self._shown is None and templates:
            self.list.setCurrentRow(0)
        elif not self.dirty and (item := self.list.currentItem()) is not None:
            self._choose(item)

    def _choose(self, item: QListWidgetItem | None) -> None:
        template = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(template, NoteTemplate):
            self.show_template(template)

    def show_template(self, template: NoteTemplate, *, dirty: bool = False) -> None:
        """Show a template to be changed."""
        self._shown = template
        self.sheet.show_template(template)
        self.dirty = dirty
        self._show_buttons()

    def start_new(self) -> None:
        """An empty template."""
        self.list.setCurrentRow(-1)
        empty = SectionTemplate("", "")
        self.show_template(NoteTemplate("", "", "", [empty]), dirty=True)
        self.sheet.title.setFocus()

    def _touch(self) -> None:
        self.dirty = True
        self._show_buttons()

    def _show_buttons(self) -> None:
        template, may = self._shown, self._may
        for widget in (self.new_button, self.example_button, self.save_button):
            widget.setVisible(may)
        self.save_button.setEnabled(self.dirty)
        show_if(self.reset_button, may and template is not None and template.builtin and template.changed)
        show_if(self.remove_button, may and template is not None and bool(template.id) and not template.builtin)
        words = "" if may else tr("Templates", "Your role may read the templates, not change them.")
        if may and template is not None and template.builtin and not template.changed:
            words = tr("Templates", "This one came with Chartside; the clinic’s form of it is kept beside it.")
        self.hint.setText(words)

    # acts

    def save(self) -> None:
        """Store what is typed."""
        typed = self.sheet.typed(self._shown or NoteTemplate("", "", "", []))
        self._calls.act(lambda: self._templates.save(typed), self._saved)

    def _saved(self, template: NoteTemplate) -> None:
        self.show_template(template)
        self.load()
        self._context.notices.toast(tr("Templates", "Saved “{name}”.", name=template.title))

    def _reset(self) -> None:
        template = self._shown
        if template is not None:
            self._calls.act(lambda: self._templates.reset(template.id), self.show_template)

    def _remove(self) -> None:
        template = self._shown
        if template is None or not confirmed(
            tr("Templates", "Remove “{name}”?", name=template.title),
            tr("Templates", "Notes that were written with it stay as they are."),
            tr("Templates", "Remove"),
            self,
        ):
            return
        self._shown, self.dirty = None, False
        self._calls.act(lambda: self._templates.remove(template.id), lambda _none: self.load())

    def _from_example(self, title: str, text: str) -> None:
        self._calls.read(
            lambda: self._templates.from_example(title, text), lambda made: self.show_template(made, dirty=True)
        )
