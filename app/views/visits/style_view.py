"""The examples that drafts follow: how this person writes. Visible, editable, erasable."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.dialogs.confirm import confirmed
from app.i18n import counted, moment_text, tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, Card, ScrollColumn, clear, row, show_if
from engine.types import NoteTemplate, StyleExample

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.calls import VisitCalls


class StyleView(QWidget):
    """One card per example."""

    def __init__(self, context: AppContext, calls: VisitCalls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._calls = calls
        self._style = context.workspace.style
        self._names: dict[tuple[str, str], str] = {}
        self.cards: dict[int, ExampleCard] = {}
        intro = tr(
            "Style",
            "When you sign a note, what you corrected and how you write is kept as an example. The next drafts of the "
            "same section follow it. Nobody else’s drafts do.",
        )
        self.clear_button = push_button(tr("Style", "Erase all …"), self._clear, role="danger")
        self.empty = label(tr("Style", "There are no examples yet."), "muted")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE_M)
        column = ScrollColumn(max_width=760)
        column.body.addWidget(label(intro, "muted", wrap=True))
        column.body.addWidget(self.empty)
        column.body.addLayout(self._rows)
        column.body.addLayout(row(self.clear_button, 1))
        column.body.addStretch(1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(column)

    def load(self) -> None:
        """Ask for the examples, and for what their sections are called."""
        templates = self._context.workspace.templates
        self._calls.read(lambda: (templates.list(), self._style.list()), lambda found: self._show(*found))

    def _show(self, templates: list[NoteTemplate], examples: list[StyleExample]) -> None:
        self._names = {
            (each.id, section.key): f"{each.title} · {section.title}" for each in templates for section in each.sections
        }
        clear(self._rows)
        self.cards = {}
        for example in examples:
            title = self._names.get((example.template, example.section), f"{example.template} · {example.section}")
            card = ExampleCard(example, title)
            card.save.clicked.connect(partial(self._save, example.id))
            card.erase.clicked.connect(partial(self._erase, example))
            self.cards[example.id] = card
            self._rows.addWidget(card)
        show_if(self.empty, not examples)
        show_if(self.clear_button, bool(examples))

    def _save(self, example_id: int, _checked: bool = False) -> None:
        example = self.cards[example_id].edited()
        self._calls.act(lambda: self._style.save(example), lambda _stored: self.load())

    def _erase(self, example: StyleExample, _checked: bool = False) -> None:
        def told(_none: object) -> None:
            self.load()
            again = replace(example, id=0)
            undo = partial(self._calls.act, lambda: self._style.save(again), lambda _stored: self.load())
            self._context.notices.toast(tr("Style", "Erased the example."), undo)

        self._calls.act(lambda: self._style.remove(example.id), told)

    def _clear(self) -> None:
        count = len(self.cards)
        if confirmed(
            counted("Style", "Erase the example?", "Erase all {count} examples?", count),
            tr("Style", "The next drafts are written without them. This cannot be undone."),
            tr("Style", "Erase"),
            self,
        ):
            self._calls.act(self._style.clear, lambda _none: self.load())


class ExampleCard(Card):
    """One example: where it belongs, what the draft was, and how the person wrote it."""

    def __init__(self, example: StyleExample, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._example = example
        self.text = QPlainTextEdit(example.text)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Style", "Example for {name}", name=title))
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * 4 + 20)
        self.save = push_button(tr("Style", "Save"))
        self.save.setEnabled(False)
        self.erase = push_button(tr("Style", "Erase"), role="link")
        self.erase.setAccessibleName(tr("Style", "Erase the example for {name}", name=title))
        self.text.textChanged.connect(lambda: self.save.setEnabled(bool(self.edited().text)))
        when = label(moment_text(example.made_at), "small") if example.made_at else label("", "small")
        self.body.setSpacing(SPACE_S)
        self.body.addLayout(row(label(title, "heading"), 1, when))
        if example.before:
            words = tr("Style", "The draft was: {text_before}", text_before=example.before)
            self.body.addWidget(label(words, "muted", wrap=True))
        self.body.addWidget(self.text)
        self.body.addLayout(row(self.save, self.erase, 1))

    def edited(self) -> StyleExample:
        """The example with what is typed now."""
        return replace(self._example, text=self.text.toPlainText().strip())
