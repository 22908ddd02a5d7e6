"""The one top-level window: holds the page before unlocking or the open frame, the keys, and its remembered place."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip, QWidget

from app.context import NewQuestion, NewVisit, OpenConversation, OpenDocument, OpenTemplates, OpenVisit
from app.dialogs.go_to import GoToDialog, Place
from app.dialogs.keys import KeysDialog
from app.i18n import tr, when_text
from app.keys import window_keys
from app.theme import Theme
from app.views.page import Page
from app.window.frame import Frame
from app.words.visits import patient_words
from engine.types import VisitFilter

_SIZE = (1280, 820)
_MINIMUM = (820, 560)


class MainWindow(QMainWindow):
    """closing: the person closes the window; what is remembered is read after it."""

    closing = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.may_close: Callable[[], bool] = lambda: True
        self._theme = theme
        self._frame: Frame | None = None
        self.setWindowTitle("Chartside")
        self.setWindowIcon(theme.icon("chartside", "accent"))
        self.setMinimumSize(*_MINIMUM)
        self._shortcuts: list[QShortcut] = []
        actions = self._actions()
        for key in window_keys():
            self._bind(key.sequence, actions[key.action])
        for number in range(1, 10):
            self._bind(f"Ctrl+{number}", self._page_opener(number))
        self._enable_shortcuts(False)

    @property
    def frame(self) -> Frame | None:
        """The open workspace's frame; None while it is locked."""
        return self._frame

    def show_start(self, page: QWidget) -> None:
        """Show a page that stands alone (unlock, create, first run); the frame, if any, is deleted."""
        self._frame = None
        self._enable_shortcuts(False)
        self._close_others()
        self.setCentralWidget(page)

    def show_frame(self, frame: Frame) -> None:
        """Show the open workspace."""
        self._frame = frame
        self.setCentralWidget(frame)
        frame.show()
        self._enable_shortcuts(True)

    def come_forward(self, activation: str = "") -> None:
        """Show the window above others, as far as the desktop allows; elsewhere the task bar tells of it.

        activation: the leave that Wayland gave to the program that asks for this window; Qt takes it from there.
        """
        if activation:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        QApplication.alert(self)

    def geometry_state(self) -> dict[str, str]:
        """Size and place of the window, for SettingsStore's window dictionary."""
        return {"geometry": bytes(self.saveGeometry().toBase64().data()).decode("ascii")}

    def restore_geometry(self, state: dict[str, str]) -> None:
        """Take the remembered size and place; a fitting default without one."""
        saved = QByteArray.fromBase64(state.get("geometry", "").encode("ascii", "ignore"))
        if saved.isEmpty() or not self.restoreGeometry(saved):
            screen = QGuiApplication.primaryScreen().availableGeometry()
            self.resize(min(_SIZE[0], screen.width()), min(_SIZE[1], screen.height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window goes at once; what runs is ended afterwards. may_close can have the person think again."""
        if self.isVisible() and not self.may_close():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def _close_others(self) -> None:
        """Dialogs, menus and document windows belong to the workspace that was open."""
        QToolTip.hideText()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        for widget in QApplication.topLevelWidgets():
            if widget is not self and widget.isVisible() and widget.isWindow():
                widget.close()

    def _bind(self, sequence: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(sequence), self)
        shortcut.activated.connect(act)
        self._shortcuts.append(shortcut)
        if sequence == "Ctrl+Return":
            # The Enter of the number block is another key to Qt.
            self._bind("Ctrl+Enter", act)

    def _enable_shortcuts(self, enabled: bool) -> None:
        for shortcut in self._shortcuts:
            shortcut.setEnabled(enabled)

    def _actions(self) -> dict[str, Callable[[], object]]:
        return {
            "new": self._new,
            "go_to": self.go_to,
            "search": self._on_page(lambda page: page.search_here()),
            "send": self._on_page(lambda page: page.send()),
            "escape": self._escape,
            "next_problem": self._on_page(lambda page: page.next_problem(1)),
            "previous_problem": self._on_page(lambda page: page.next_problem(-1)),
            "sidebar": self._on_frame(lambda frame: frame.sidebar.set_collapsed(not frame.sidebar.collapsed)),
            "lock": self._on_frame(lambda frame: frame.lock()),
            "help": self.show_keys,
        }

    def _on_frame(self, act: Callable[[Frame], object]) -> Callable[[], None]:
        def run() -> None:
            if self._frame is not None:
                act(self._frame)

        return run

    def _on_page(self, act: Callable[[Page], object]) -> Callable[[], None]:
        def run() -> None:
            if self._frame is not None and self._frame.page is not None:
                act(self._frame.page)

        return run

    def _page_opener(self, number: int) -> Callable[[], None]:
        def act() -> None:
            if self._frame is not None and number <= len(self._frame.page_titles):
                self._frame.open_page(self._frame.page_titles[number - 1][0])

        return act

    def _new(self) -> None:
        if self._frame is None or (self._frame.page is not None and self._frame.page.start_new()):
            return
        self._frame.open_page(self._frame.page_titles[0][0], NewQuestion())

    def _escape(self) -> None:
        frame = self._frame
        if frame is None or (frame.page is not None and frame.page.escape()):
            return
        if frame.notices.current is not None:
            frame.notices.dismiss()
        else:
            frame.close_panel()

    def show_keys(self) -> None:
        """Show the list of keys."""
        if self._frame is not None:
            titles = [title for _key, title, _icon in self._frame.page_titles]
            KeysDialog(titles, self, visits=self._frame.has_page("visits")).exec()

    def go_to(self) -> None:
        """Ask where to go, and go there."""
        frame = self._frame
        if frame is None:
            return
        pages = [Place(title, tr("GoTo", "page"), icon, key) for key, title, icon in frame.page_titles]
        dialog = GoToDialog(self._theme, pages, _places_of(frame), frame.context.operations, self)
        if dialog.exec() == GoToDialog.DialogCode.Accepted and dialog.chosen is not None:
            frame.open_page(dialog.chosen.page, dialog.chosen.target)


def _places_of(frame: Frame) -> Callable[[], list[Place]]:
    """What else can be gone to; asks the workspace, so it runs off the GUI thread."""
    workspace = frame.context.workspace
    known = {key for key, _title, _icon in frame.page_titles}

    def load() -> list[Place]:
        conversation, document = tr("GoTo", "conversation"), tr("GoTo", "document")
        places = [
            Place(each.title, conversation, "ask", "ask", OpenConversation(each.id))
            for each in workspace.assistant.conversations()
        ] + [
            Place(each.title or each.name, document, "file-text", "library", OpenDocument(each.id))
            for each in workspace.library.documents()
        ]
        if "visits" in known:
            visit, page = tr("GoTo", "visit"), tr("GoTo", "page")
            places += [
                Place(tr("GoTo", "New visit"), page, "visit", "visits", NewVisit()),
                Place(tr("GoTo", "Templates of notes"), page, "visit", "visits", OpenTemplates()),
                Place(tr("GoTo", "My style of notes"), page, "visit", "visits", OpenTemplates(style=True)),
            ]
            places += [
                Place(
                    f"{patient_words(each)}, {when_text(each.begun_at)}", visit, "visit", "visits", OpenVisit(each.id)
                )
                for each in workspace.visits.list(VisitFilter())
            ]
        return [place for place in places if place.page in known]

    return load
