"""Help: the list of keys."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.dialogs.base import Dialog
from app.i18n import tr
from app.keys import held_keys, visit_keys, window_keys
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL


class KeysDialog(Dialog):
    """Everything that can be reached by a key. pages: the titles in the order of Ctrl+1, Ctrl+2 ... visits: with those
    of the Visits page."""

    def __init__(self, pages: list[str], parent: QWidget | None, *, visits: bool = False) -> None:
        super().__init__(tr("Keys", "Help: everything has a key"), parent, width=440)
        rows = [(f"Ctrl+{number}", title) for number, title in enumerate(pages, start=1)]
        rows += [(key.sequence, key.words) for key in [*window_keys(), *held_keys()]]
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_XL)
        columns.addLayout(_table(tr("Keys", "Everywhere"), rows))
        if visits:
            columns.addLayout(_table(tr("Keys", "In a visit"), [(key.sequence, key.words) for key in visit_keys()]))
        self.body.addLayout(columns)
        self.add_button(push_button(tr("Keys", "Close"), self.accept, role="primary"), default=True)


def _table(title: str, rows: list[tuple[str, str]]) -> QVBoxLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_L)
    grid.setVerticalSpacing(SPACE_M)
    grid.setColumnStretch(1, 1)
    for at, (sequence, words) in enumerate(rows):
        shown = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(label(shown.replace("Return", tr("Keys", "Enter")), "key"), at, 0)
        grid.addWidget(label(words), at, 1)
    whole = QVBoxLayout()
    whole.setSpacing(SPACE_M)
    whole.addWidget(label(title, "heading"))
    whole.addLayout(grid)
    whole.addStretch(1)
    return whole
