"""Push to talk: while a key is held, what is said goes into the text field that has the focus."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from app.i18n import tr
from app.microphones import chosen_microphone
from app.widgets.dictation_sign import DictationSign
from engine.types import RecordingEvent, RecordingState, Utterance

if TYPE_CHECKING:
    from app.context import AppContext
    from app.operations import Job, Operation
    from engine.errors import UserError
    from engine.speech.service import Speech

KEY = Qt.Key.Key_F9
# Held for longer than this, the key ends the dictation when it is let go; a tap leaves it on until the next tap.
_HELD_S = 0.4
_LOOK_S = 0.05


class DictationKey(QObject):
    """Watches the key in every window of the program. occupied: why the microphone is taken, "" where it is free."""

    def __init__(
        self,
        context: AppContext,
        occupied: Callable[[], str],
        parent: QObject,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._occupied = occupied
        self._clock = clock
        self._operation: Operation[str] | None = None
        self._commands: SimpleQueue[str] = SimpleQueue()
        self._target: QWidget | None = None
        self._pressed_at = 0.0
        self._words: dict[int, Utterance] = {}
        self.sign: DictationSign | None = None
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        # Windows, not the whole application: a filter there would see every event of every widget.
        application.focusWindowChanged.connect(self._watch)
        self._watch(application.focusWindow())

    @property
    def active(self) -> bool:
        return self._operation is not None

    def close(self) -> None:
        """Listen no more, and forget what was said: the workspace is about to be locked."""
        self._abandon()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if event.key() == KEY and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                if not event.isAutoRepeat():
                    self._pressed() if event.type() == QEvent.Type.KeyPress else self._released()
                return True
            if event.key() == Qt.Key.Key_Escape and self.active and event.type() == QEvent.Type.KeyPress:
                self._abandon()
                return True
        return super().eventFilter(watched, event)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def _pressed(self) -> None:
        if self.active:
            self._finish()
            return
        target = dictation_target(QApplication.focusWidget())
        obstacle = self._occupied()
        if target is None:
            self._context.notices.toast(tr("Dictation", "Put the cursor into a text field, then hold F9 and talk."))
        elif obstacle:
            self._context.notices.toast(obstacle)
        else:
            self._pressed_at = self._clock()
            self._begin(target)

    def _released(self) -> None:
        if self.active and self._clock() - self._pressed_at >= _HELD_S:
            self._finish()

    def _begin(self, target: QWidget) -> None:
        self._target = target
        self._words = {}
        commands: SimpleQueue[str] = SimpleQueue()
        self._commands = commands
        speech, microphone = self._context.workspace.speech, chosen_microphone(self._context.settings)
        self.sign = DictationSign(self._context.theme, target)
        self.sign.show_listening("", 0.0)
        self._context.status.show_recording(tr("Status", "Dictating"))
        self._operation = self._context.operations.start(
            lambda job: _dictate(speech, microphone, commands, job),
            owner=self,
            on_events=self._hear,
            on_success=self._insert,
            on_failure=self._fail,
            on_cancelled=self._clear,
        )

    def _finish(self) -> None:
        self._commands.put("stop")
        if self.sign is not None and isValid(self.sign):
            self.sign.show_finishing()

    def _abandon(self) -> None:
        operation = self._operation
        if operation is not None:
            operation.detach()
            operation.cancel()
            self._clear()

    def _hear(self, events: list[RecordingEvent]) -> None:
        for event in events:
            self._words |= {each.id: each for each in event.utterances}
        latest = events[-1]
        if self.sign is not None and isValid(self.sign) and latest.state is RecordingState.RECORDING:
            text = " ".join(each.text for each in self._words.values())
            self.sign.show_listening(text, latest.level, latest.problem)

    def _insert(self, text: str) -> None:
        target = self._target
        self._clear()
        if not text:
            self._context.notices.toast(tr("Dictation", "Nothing was heard."))
        elif target is None or not isValid(target) or dictation_target(target) is None:
            QApplication.clipboard().setText(text)
            words = tr("Dictation", "The field is gone. What you said is on the clipboard.")
            self._context.notices.toast(words)
        else:
            insert_words(target, text)

    def _fail(self, error: UserError) -> None:
        self._clear()
        self._context.notices.error(error)

    def _clear(self) -> None:
        self._operation, self._target = None, None
        self._context.status.show_recording("")
        sign, self.sign = self.sign, None
        if sign is not None and isValid(sign):
            sign.hide()
            sign.deleteLater()


def dictation_target(widget: QWidget | None) -> QWidget | None:
    """The widget, if text can be put into it by talking: never a passphrase."""
    if isinstance(widget, QLineEdit):
        open_text = widget.echoMode() == QLineEdit.EchoMode.Normal
        return widget if open_text and not widget.isReadOnly() and widget.isEnabled() else None
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget if not widget.isReadOnly() and widget.isEnabled() else None
    return None


def insert_words(target: QWidget, text: str) -> None:
    """Put words where the cursor is, apart from the word before it; a selection is replaced."""
    if isinstance(target, QLineEdit):
        start = target.selectionStart() if target.hasSelectedText() else target.cursorPosition()
        before = target.text()[:start]
        target.insert(_apart(before, text))
        target.textEdited.emit(target.text())
    elif isinstance(target, QPlainTextEdit | QTextEdit):
        cursor = target.textCursor()
        start = cursor.selectionStart()
        cursor.insertText(_apart(target.document().toPlainText()[max(start - 1, 0) : start], text))
        target.setTextCursor(cursor)


def _apart(before: str, text: str) -> str:
    return f" {text}" if before and not before[-1].isspace() and before[-1] not in "([“" else text


def _dictate(speech: Speech, microphone: str, commands: SimpleQueue[str], job: Job) -> str:
    """Runs on a pool thread for as long as somebody talks."""
    dictation = speech.dictate(microphone=microphone, on_event=job.report)
    while not job.token.cancelled:
        try:
            commands.get(timeout=_LOOK_S)
        except Empty:
            continue
        return dictation.stop(job.token)
    dictation.abandon()
    job.token.check()
    return ""
