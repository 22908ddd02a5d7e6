"""Below the sections of a note: what was taken out, who signed it, and what was added since."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import counted, moment_text, tr
from app.views.visits.doubts import is_unclear
from app.widgets.buttons import give_icon, push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, SPACE_S, clear, column, row, show_if
from app.widgets.verdicts import LOOKS
from engine.types import Note, Signature, Verdict, Visit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.types import RemovedSentence, Utterance


class RemovedList(QWidget):
    """Drafted sentences that nothing supports: folded up, each can be put back. restored: its index in the note."""

    restored = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open = False
        self.button = push_button("", self._toggle, role="link")
        give_icon(self.button, theme, "verdict-missing", "bad", 14)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE_S)
        self._body = QWidget()
        self._body.setLayout(self._rows)
        self.setLayout(column(row(self.button, 1), self._body, spacing=SPACE_S))
        self.buttons: list[QWidget] = []

    def show_removed(self, removed: Sequence[RemovedSentence], *, editable: bool) -> None:
        clear(self._rows)
        self.buttons = []
        words = counted(
            "Note",
            "1 sentence was left out: nothing said supports it",
            "{count} sentences were left out: nothing said supports them",
            len(removed),
        )
        self.button.setText(words)
        for index, sentence in enumerate(removed):
            back = push_button(tr("Note", "Put back"), partial(self.restored.emit, index), role="link")
            back.setAccessibleName(tr("Note", "Put back: {sentence}", sentence=sentence.text))
            show_if(back, editable)
            words_of = label(sentence.text, "muted", wrap=True)
            self._rows.addLayout(row(words_of, back, widest=words_of))
            self.buttons.append(back)
        show_if(self._body, self._open and bool(removed))
        show_if(self, bool(removed))

    def _toggle(self) -> None:
        self._open = not self._open
        show_if(self._body, self._open)


class SignedPart(QWidget):
    """Who signed, what was added since, and adding more. amended: the text of an addendum."""

    amended = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = ThemedIcon(theme, "check-circle", "ok", 20)
        self.words = label("", "heading", wrap=True)
        self._addenda = QVBoxLayout()
        self._addenda.setSpacing(SPACE_M)
        self.add_button = push_button(tr("Note", "Add to the note …"), self.ask)
        self.field = QPlainTextEdit()
        self.field.setAccessibleName(tr("Note", "What is added to the signed note"))
        self.field.setTabChangesFocus(True)
        self.field.setPlaceholderText(
            tr("Note", "The signed note stays as it is; this is added below, with your name.")
        )
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * 5)
        self.sign_button = push_button(tr("Note", "Sign the addition"), self._amend, role="primary")
        self.cancel_button = push_button(tr("Note", "Cancel"), self._cancel)
        self._adding = QWidget()
        self._adding.setLayout(column(self.field, row(self.sign_button, self.cancel_button, 1)))
        head = row(self._icon, self.words, 1)
        head.setStretchFactor(self.words, 100)
        body = column(head, spacing=SPACE_M)
        body.addLayout(self._addenda)
        body.addLayout(row(self.add_button, 1))
        body.addWidget(self._adding)
        self.setLayout(body)
        show_if(self._adding, False)

    @property
    def adding(self) -> bool:
        return self._adding.isVisible()

    def show_visit(self, visit: Visit, *, may_sign: bool) -> None:
        """Nothing is shown of a visit that is not signed."""
        signature = visit.signature
        show_if(self, signature is not None)
        if signature is None:
            self._cancel()
            return
        self.words.setText(_signed_words(signature))
        clear(self._addenda)
        for each in visit.addenda:
            head = tr("Note", "Added by {name}, {when}", name=each.name, when=moment_text(each.at))
            self._addenda.addLayout(column(label(head, "small"), label(each.text, wrap=True), spacing=0))
        show_if(self.add_button, may_sign and not self.adding)

    def ask(self) -> None:
        """Open the field for an addition."""
        self.add_button.hide()
        self._adding.show()
        self.field.setFocus()

    def _cancel(self) -> None:
        self.field.clear()
        self._adding.hide()
        self.add_button.show()

    def _amend(self) -> None:
        text = self.field.toPlainText().strip()
        if text:
            self._cancel()
            self.amended.emit(text)


def _signed_words(signature: Signature) -> str:
    return tr(
        "Note",
        "Signed by {name}, {when} (version {version})",
        name=signature.name,
        when=moment_text(signature.at),
        version=signature.version,
    )


def problem_words(note: Note, utterances: Sequence[Utterance]) -> tuple[str, str]:
    """How many sentences are to be looked at, for the head of the note, and the colour role of that."""
    sentences = [each for section in note.sections for each in section.sentences if not each.confirmed]
    differs = sum(each.verdict is Verdict.DIFFERS for each in sentences)
    missing = sum(each.verdict is Verdict.NOT_FOUND for each in sentences)
    unclear = sum(is_unclear(each, utterances) for each in sentences)
    omitted = sum(not each.dismissed for each in note.omissions)
    parts = []
    if differs:
        parts.append(f"{LOOKS[Verdict.DIFFERS].shape} {differs}")
    if missing:
        parts.append(f"{LOOKS[Verdict.NOT_FOUND].shape} {missing}")
    if unclear:
        parts.append(tr("Note", "{count} not clearly heard", count=unclear))
    if omitted:
        parts.append(tr("Note", "{count} not in the note", count=omitted))
    if not parts:
        written = any(section.sentences for section in note.sections)
        return (tr("Note", "nothing marked"), "ok") if written else ("", "small")
    return "   ".join(parts), "warn"
