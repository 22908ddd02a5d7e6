"""The status bar: that nothing leaves the computer, what the model runs on and how fast, what goes on, and the lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.buttons import give_icon, push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.labels import ElidedLabel, label, set_role
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_S, show_if
from engine.types import DeviceInfo, ModelInfo

# The speed stays readable this long after the last token.
_SPEED_STAYS_MS = 60_000


@dataclass(frozen=True)
class Running:
    """The model in use and what it runs on; device is None before it was loaded."""

    model: ModelInfo | None
    device: DeviceInfo | None


class StatusBar(QWidget):
    """Everything in it is words with a mark, readable at a glance."""

    def __init__(self, theme: Theme, on_lock: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._running = Running(None, None)
        self._speed = 0.0
        self._shield = ThemedIcon(theme, "shield", "ok", 16)
        self.offline = label("", "ok")
        self.model = ElidedLabel("")
        self.work = label("")
        self.recording = label("", "bad")
        self.backup = push_button("", role="link")
        give_icon(self.backup, theme, "warning", "warn", 16)
        self.person = label("")
        self.person.setMaximumWidth(self.fontMetrics().averageCharWidth() * 30)
        for each in (self.backup, self.person, self.recording):
            show_if(each, False)
        self.lock_button = push_button(tr("StatusBar", "Lock"), on_lock, role="link")
        self.lock_button.setToolTip(tr("StatusBar", "Close the workspace until the passphrase is given (Ctrl+L)"))
        give_icon(self.lock_button, theme, "lock", "muted", 16)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._shield)
        layout.addWidget(self.offline)
        layout.addSpacing(SPACE_L)
        layout.addWidget(self.model, 1)
        layout.addWidget(self.recording)
        layout.addWidget(self.work)
        layout.addSpacing(SPACE_L)
        layout.addWidget(self.backup)
        layout.addWidget(self.person)
        layout.addWidget(self.lock_button)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(_SPEED_STAYS_MS)
        self._fade.timeout.connect(lambda: self.show_speed(0))
        self.show_download("")
        self.show_running(self._running)

    def show_download(self, name: str) -> None:
        """Say which model is being downloaded; "" says that nothing leaves the computer."""
        if name:
            self.offline.setText(tr("StatusBar", "Downloading {name}", name=name))
            self.offline.setToolTip(tr("StatusBar", "You asked for this download. No patient data is sent."))
            self._shield.set_icon("download", "warn")
            set_role(self.offline, "warn")
        else:
            self.offline.setText(tr("StatusBar", "Offline"))
            self.offline.setToolTip(tr("StatusBar", "Nothing leaves this computer."))
            self._shield.set_icon("shield", "ok")
            set_role(self.offline, "ok")

    def show_running(self, running: Running) -> None:
        """Show the model in use and where it runs."""
        self._running = running
        self._write()

    def show_speed(self, tokens_per_s: float) -> None:
        """Tokens per second of the answer being written; 0 clears it."""
        self._speed = tokens_per_s
        if tokens_per_s > 0:
            self._fade.start()
        self._write()

    def show_work(self, text: str) -> None:
        """What goes on in the background; "" clears it."""
        self.work.setText(text)

    def show_recording(self, text: str) -> None:
        """That sound is being recorded; "" clears it."""
        self.recording.setText(f"● {text}" if text else "")
        self.recording.setAccessibleName(text)
        show_if(self.recording, bool(text))

    def show_person(self, name: str) -> None:
        """Say who is signed in."""
        metrics = self.person.fontMetrics()
        self.person.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, self.person.maximumWidth()))
        self.person.setToolTip(name)
        self.person.setAccessibleName(tr("StatusBar", "Signed in: {name}", name=name))
        show_if(self.person, bool(name))

    def show_backup(self, words: str, usable: bool) -> None:
        """Warn that the last backup is old; "" says nothing. usable: the person can do something about it."""
        self.backup.setText(words)
        self.backup.setEnabled(usable)
        tip = tr("StatusBar", "Make one now, or see why none was made")
        self.backup.setToolTip(tip if usable else tr("StatusBar", "Tell an administrator"))
        show_if(self.backup, bool(words))

    def _write(self) -> None:
        model, device = self._running.model, self._running.device
        if model is None:
            words = tr("StatusBar", "No model yet")
        elif device is None:
            words = model.name
        else:
            words = tr("StatusBar", "{model} on {device}", model=model.name, device=device.device)
        if model is not None and self._speed > 0:
            words = tr("StatusBar", "{model} · {speed} tokens/s", model=words, speed=f"{self._speed:.0f}")
        self.model.setText(words)
        self.model.setAccessibleName(words)
