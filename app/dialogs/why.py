"""Why?: everything that made an answer, to read, to save as one file, and to have written again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFormLayout,
    QHeaderView,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.base import Dialog
from app.dialogs.export import asked_export
from app.dialogs.why_words import facts, passage_cells, replay_words
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, show_if
from engine.types import Permission

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Operation
    from engine.assistant.replay import ReplayResult
    from engine.assistant.why import WhyRecord
    from engine.errors import UserError
    from engine.types import AskEvent

_SIZE = (760, 560)


class WhyDialog(Dialog):
    """Shows one record. Closing it stops a replay."""

    def __init__(self, context: AppContext, record: WhyRecord, parent: QWidget | None) -> None:
        super().__init__(tr("Why", "Why this answer?"), parent, width=560)
        self._context = context
        self._record = record
        self._replaying: Operation[ReplayResult] | None = None
        self._written = 0
        self.tabs = QTabWidget()
        self.tabs.addTab(self._facts(), tr("Why", "What made it"))
        self.passages = self._passages()
        self.tabs.addTab(self._passages_page(), tr("Why", "Passages"))
        self.prompt = _plain(record.prompt_text or tr("Why", "No model was asked."), tr("Why", "Prompt"))
        self.tabs.addTab(self.prompt, tr("Why", "Prompt"))
        self.outcome = label("", wrap=True)
        show_if(self.outcome, False)
        self.error = ErrorPanel(context.theme)
        for each in (self.tabs, self.outcome, self.error):
            self.body.addWidget(each, 1 if each is self.tabs else 0)
        self.save_button = self.add_button(push_button(tr("Why", "Save…"), self._save))
        show_if(self.save_button, context.may(Permission.EXPORT))
        self.replay_button = self.add_button(push_button(tr("Why", "Replay"), self._replay))
        self.replay_button.setToolTip(tr("Why", "Has the answer written again: same model, same prompt, same settings"))
        self.replay_button.setEnabled(record.replayable)
        self.add_button(push_button(tr("Why", "Close"), self.accept, role="primary"), default=True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.finished.connect(lambda _result: self._stop())
        self.resize(*_SIZE)

    def _facts(self) -> QWidget:
        inner = QWidget()
        inner.setObjectName("column")
        form = QFormLayout(inner)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setSpacing(SPACE_M)
        for name, value in facts(self._record):
            # A label breaks lines between words only, and a hash has none.
            breakable = "\u200b".join(value[at : at + 8] for at in range(0, 64, 8)) if value.isalnum() else value
            shown = label(breakable if len(value) == 64 else value, wrap=True)
            # The height of its lines at the form's width, not that of the squarish text that a hint without a width is.
            shown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(label(name, "muted"), shown)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _passages(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setAccessibleName(tr("Why", "Passages found"))
        tree.setRootIsDecorated(False)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setHeaderLabels(
            [
                tr("Why", "Rank"),
                tr("Why", "Passage"),
                tr("Why", "By words"),
                tr("Why", "By meaning"),
                tr("Why", "Use"),
            ]
        )
        for passage in self._record.passages:
            item = QTreeWidgetItem(passage_cells(passage))
            item.setToolTip(1, " ".join(passage.text.split())[:600])
            tree.addTopLevelItem(item)
        header = tree.header()
        header.setStretchLastSection(False)
        for column in range(5):
            mode = QHeaderView.ResizeMode.Stretch if column == 1 else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        return tree

    def _passages_page(self) -> QWidget:
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, SPACE_M, 0, 0)
        inner.addWidget(self.passages, 1)
        if self._record.left_out:
            left_out = "\n".join(self._record.left_out)
            inner.addWidget(label(tr("Why", "Left out, since there was no room to read:\n{names}", names=left_out)))
        return page

    def _save(self) -> None:
        title = tr("Why", "Save the question, the answer and its passages")
        name = f"why-{self._record.turn_id}"
        asked = asked_export(self._context, title, f"{name}.json", name, self)
        if asked is None:
            return
        path, protection = asked
        assistant, turn_id = self._context.workspace.assistant, self._record.turn_id
        self._context.operations.start(
            lambda _job: assistant.save_why(turn_id, path, protection),
            owner=self,
            on_success=lambda _none: self._tell(tr("Why", "Saved as “{name}”.", name=path.name)),
            on_failure=self._fail,
        )

    def _replay(self) -> None:
        assistant, record = self._context.workspace.assistant, self._record
        self._written = 0
        self.replay_button.setEnabled(False)
        self._tell(tr("Why", "The answer is being written again…"))
        self._replaying = self._context.operations.start(
            lambda job: assistant.replay(record, job.report, job.token),
            owner=self,
            on_events=self._heard,
            on_success=lambda result: self._tell(replay_words(result)),
            on_failure=self._fail,
            on_finished=lambda: self.replay_button.setEnabled(True),
        )

    def _heard(self, events: list[AskEvent]) -> None:
        self._written += sum(len(event.text.split()) for event in events)
        if self._written:
            self._tell(tr("Why", "The answer is being written again… {count} words", count=self._written))

    def _tell(self, words: str) -> None:
        self.error.hide()
        self.outcome.setText(words)
        self.outcome.setAccessibleName(words)
        self.outcome.show()

    def _fail(self, error: UserError) -> None:
        self.outcome.hide()
        self.error.show_error(error)

    def _stop(self) -> None:
        if self._replaying is not None and self._replaying.running:
            self._replaying.cancel()


def _plain(text: str, name: str) -> QPlainTextEdit:
    shown = QPlainTextEdit(text)
    shown.setReadOnly(True)
    shown.setTabChangesFocus(True)
    shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    shown.setAccessibleName(name)
    return shown
