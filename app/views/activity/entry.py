"""One entry of the record, in the side panel."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from app.context import AppContext, OpenDocument
from app.i18n import moment_text, tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL, row
from app.words.activity import detail_lines, kind_words, person_words, subject_words
from engine.types import AuditEntry


class EntryView(QWidget):
    """Everything that is recorded of one act, and a way to the document it was about."""

    def __init__(
        self, context: AppContext, entry: AuditEntry, names: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        lines = [
            (tr("Activity", "When"), moment_text(entry.at)),
            (tr("Activity", "Who"), person_words(entry)),
            (tr("Activity", "On"), subject_words(entry.subject, names)),
            *detail_lines(entry),
        ]
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_XL)
        form.setVerticalSpacing(SPACE_M)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for name, value in lines:
            if value:
                form.addRow(label(name, "muted"), label(value, wrap=True))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        outer.setSpacing(SPACE_L)
        outer.addWidget(label(kind_words(entry.kind), "heading", wrap=True))
        outer.addLayout(form)
        kind, _, number = entry.subject.partition(":")
        if kind == "document" and entry.subject in names:
            target = OpenDocument(int(number))
            words = tr("Activity", "Open the document")
            open_it = push_button(words, lambda: context.navigation.open_page("library", target))
            outer.addLayout(row(open_it, 1))
        outer.addStretch(1)
        self.setAccessibleName(", ".join([kind_words(entry.kind), *(value for _name, value in lines if value)]))
