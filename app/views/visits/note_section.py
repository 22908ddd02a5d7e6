"""A section of the note: its text, what was said and is not in it, and writing it anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.visits.note_editor import NoteEditor
from app.views.visits.note_words import said_words
from app.widgets.buttons import IconButton, push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label, line_width
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, clear, column, row, show_if
from app.words.visits import omission_words
from engine.types import NoteOmission, NoteSection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton

    from app.theme import Theme


class SectionView(QWidget):
    """anew: write the section again, with an instruction ("" for none). copied: its text is wanted.

    inserted, dismissed: an omission by its index in the note. looked_at: an omission's words are to be shown.
    """

    anew = Signal(str)
    copied = Signal()
    inserted = Signal(int)
    dismissed = Signal(int)
    looked_at = Signal(object)

    def __init__(self, theme: Theme, key: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.key = key
        self.title = title
        self.editor = NoteEditor(theme, title)
        self.heading = label(title, "heading")
        self.copy_button = IconButton(
            theme, "copy", tr("Note", "Copy “{title}”", title=title), self.copied.emit, size=14
        )
        self.anew_button = IconButton(
            theme, "retry", tr("Note", "Write “{title}” anew", title=title), self.ask_instruction, size=14
        )
        self.state = label("", "small")
        head = row(self.heading, self.state, 1, self.anew_button, self.copy_button, spacing=SPACE_S)
        self._make_instruction()
        self._omissions = QVBoxLayout()
        self._omissions.setSpacing(SPACE_S)
        self.insert_buttons: list[tuple[int, QPushButton]] = []
        body = column(head, self.instruction, self.editor, self._omissions, spacing=SPACE_S)
        body.setContentsMargins(0, 0, 0, SPACE_M)
        self.setLayout(body)
        self.setMaximumWidth(line_width(self) + 4 * SPACE_L)

    def _make_instruction(self) -> None:
        self.instruction = QWidget()
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Note", "What should be different? (may stay empty)"))
        self.field.setAccessibleName(tr("Note", "Instruction for “{title}”", title=self.title))
        self.field.returnPressed.connect(self._again)
        line = row(
            self.field,
            push_button(tr("Note", "Write anew"), self._again),
            IconButton(self._theme, "cross", tr("Note", "Leave it as it is"), self.instruction.hide, size=14),
        )
        self.instruction.setLayout(line)
        show_if(self.instruction, False)

    def ask_instruction(self) -> None:
        """Ask what should be different."""
        self.instruction.show()
        self.field.setFocus()

    def _again(self) -> None:
        self.instruction.hide()
        self.editor.flush()
        self.anew.emit(self.field.text().strip())
        self.field.clear()

    def show_section(
        self,
        section: NoteSection,
        omissions: Sequence[tuple[int, NoteOmission]],
        *,
        editable: bool,
        writing: bool = False,
        at_pen: bool = False,
    ) -> None:
        """omissions: those that belong here, with their index in the note. writing: the draft is not done; at_pen: this
        is the section that is being written."""
        self.editor.setReadOnly(not editable or writing)
        self.editor.show_section(section)
        show_if(self.anew_button, editable and not writing)
        if not editable:
            self.instruction.hide()
        empty = not section.text.strip()
        words = tr("Note", "empty") if empty and not writing else ""
        self.state.setText(tr("Note", "is being written …") if at_pen else words)
        self._show_omissions(omissions if not writing else [], editable)

    def _show_omissions(self, omissions: Sequence[tuple[int, NoteOmission]], editable: bool) -> None:
        focused = any(button.hasFocus() for _index, button in self.insert_buttons)
        clear(self._omissions)
        self.insert_buttons = []
        for index, omission in omissions:
            self._omissions.addWidget(self._omission(index, omission, editable))
        if focused:
            (self.insert_buttons[0][1] if self.insert_buttons else self.editor).setFocus()

    def _omission(self, index: int, omission: NoteOmission, editable: bool) -> QWidget:
        line = QWidget()
        kind = tr("Note", "{kind} not in the note", kind=omission_words(omission.kind))
        words = label(f"{kind}: {omission.suggestion}", wrap=True)
        said = push_button(said_words(omission.said), partial(self.looked_at.emit, omission), role="link")
        said.setToolTip(f"“{omission.said.quote}”")
        insert = push_button(tr("Note", "Insert"), partial(self.inserted.emit, index))
        insert.setAccessibleName(tr("Note", "Insert: {fact}", fact=omission.suggestion))
        leave = push_button(tr("Note", "Leave out"), partial(self.dismissed.emit, index), role="link")
        leave.setAccessibleName(tr("Note", "Leave out: {fact}", fact=omission.suggestion))
        for button in (insert, leave):
            show_if(button, editable)
        acts = row(insert, leave, said, 1, spacing=SPACE_S)
        acts.setContentsMargins(0, SPACE_S, 0, SPACE_S)
        mark = ThemedIcon(self._theme, "plus", "warn", 16)
        both = row(mark, spacing=SPACE_M)
        both.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        both.addLayout(column(words, acts, spacing=0), 1)
        both.setContentsMargins(SPACE_L, 0, 0, 0)
        line.setLayout(both)
        self.insert_buttons.append((index, insert))
        return line
