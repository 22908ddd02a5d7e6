"""The open workspace: sidebar, page, side panel, status bar, and the ways between them."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.changes import Changes
from app.context import AppContext
from app.dictation import DictationKey
from app.fetches import Fetches
from app.operations import Operations
from app.theme import Theme
from app.views.page import Page
from app.widgets.layout import column
from app.window.banners import Banners
from app.window.notice_area import NoticeArea
from app.window.side_panel import SidePanelArea
from app.window.sidebar import Sidebar
from app.window.status_bar import StatusBar
from engine.settings import SettingsStore

if TYPE_CHECKING:
    from engine.workspace import Workspace

_PANEL_WIDTH = 420


class Frame(QWidget):
    """Navigation and side panel of the window.

    lock_asked: the person wants the workspace closed. restart_asked: the program closed and started again.
    restore_asked: the workspace closed and a backup brought back; carries its file, or None. presence: somebody is
    there though no key is touched.
    """

    lock_asked = Signal()
    restart_asked = Signal()
    restore_asked = Signal(object)
    presence = Signal()

    def __init__(
        self,
        workspace: Workspace,
        settings: SettingsStore,
        theme: Theme,
        operations: Operations,
        pages: list[type[Page]],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        pages = [page for page in pages if page.is_for(workspace.actor)]
        self._page_types = {page.key: page for page in pages}
        self._pages: dict[str, Page] = {}
        self._panel_width = _PANEL_WIDTH
        self.changes = Changes(workspace, self)
        self.fetches = Fetches(workspace, operations, self)
        self.sidebar = Sidebar(theme, [(page.key, page.title(), page.icon) for page in pages])
        self.stack = QStackedWidget()
        self.stack.setMinimumWidth(360)
        self.notices = NoticeArea(theme, self.stack)
        self.side_panel = SidePanelArea(theme, self.close_panel)
        self.status_bar = StatusBar(theme, self.lock)
        self.banners = Banners()
        self.context = AppContext(
            workspace=workspace,
            settings=settings,
            theme=theme,
            operations=operations,
            changes=self.changes,
            fetches=self.fetches,
            navigation=self,
            panel=self,
            notices=self.notices,
            status=self.status_bar,
        )
        self._lay_out()
        self.dictation = DictationKey(self.context, self.reason_to_stay, self)
        self.sidebar.chosen.connect(self.open_page)

    def _lay_out(self) -> None:
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self.stack)
        self.splitter.addWidget(self.side_panel)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.splitterMoved.connect(self._remember_panel_width)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        work = column(self.banners, self.splitter, spacing=0)
        work.setStretchFactor(self.splitter, 1)
        middle.addLayout(work, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status_bar)

    # navigation

    @property
    def page(self) -> Page | None:
        """The page in front."""
        current = self.stack.currentWidget()
        return current if isinstance(current, Page) else None

    @property
    def page_titles(self) -> list[tuple[str, str, str]]:
        """Key, title and icon of every page, in order."""
        return [(key, page.title(), page.icon) for key, page in self._page_types.items()]

    def open_page(self, key: str, target: object | None = None) -> None:
        """Show a page and hand it a target. ValueError for an unknown page."""
        if key not in self._page_types:
            raise ValueError(f"no page named {key!r}")
        before = self.page
        if key not in self._pages:
            self._pages[key] = self._page_types[key](self.context)
            self.stack.addWidget(self._pages[key])
        page = self._pages[key]
        if before is not None and before is not page:
            before.leave()
            self.close_panel()
        self.stack.setCurrentWidget(page)
        self.notices.keep_in_front()
        self.sidebar.show_page(key)
        page.activate(target)

    def lock(self) -> None:
        """Ask for the workspace to be closed."""
        self.lock_asked.emit()

    def reason_to_stay(self) -> str:
        """What would be cut off if the workspace were locked now, in words; "" for nothing."""
        return next((words for page in self._pages.values() if (words := page.reason_to_stay())), "")

    def somebody_is_here(self) -> None:
        """Tell the lock that waits for nobody to be there."""
        self.presence.emit()

    def restore(self, file: Path | None) -> None:
        """Ask for the workspace to be closed and a backup brought back."""
        self.restore_asked.emit(file)

    def has_page(self, key: str) -> bool:
        return key in self._page_types

    def restart(self) -> None:
        """Ask for the program to be closed and started again."""
        self.restart_asked.emit()

    def close_work(self) -> None:
        """Let every page stop its work, and stop listening to the workspace."""
        self.dictation.close()
        for page in self._pages.values():
            page.close_work()
        self.changes.close()

    # side panel

    @property
    def is_open(self) -> bool:
        return self.side_panel.widget is not None

    def show_widget(self, widget: QWidget, title: str) -> None:
        """Open the side panel with widget."""
        was_open = self.is_open
        self.side_panel.set_widget(widget, title)
        if not was_open:
            width = min(self._panel_width, self.splitter.width() // 2)
            self.splitter.setSizes([self.splitter.width() - width, width])

    def close_panel(self) -> None:
        """Close the side panel; the page gets the focus back if the panel had it."""
        focus = self.window().focusWidget()
        had_focus = focus is not None and self.side_panel.isAncestorOf(focus)
        self.side_panel.clear()
        if had_focus and self.page is not None:
            self.page.setFocus()

    def _remember_panel_width(self) -> None:
        if self.is_open:
            self._panel_width = self.side_panel.width()

    # remembered sizes

    def layout_state(self) -> dict[str, str]:
        """What is remembered about the frame, for SettingsStore's window dictionary."""
        page = self.page
        return {
            "sidebar": "icons" if self.sidebar.collapsed else "names",
            "panel_width": str(self._panel_width),
            "page": page.key if page is not None else "",
        }

    def restore_layout(self, state: dict[str, str]) -> str:
        """Take remembered sizes; returns the key of the page that was in front, "" where that is unknown."""
        self.sidebar.set_collapsed(state.get("sidebar") == "icons")
        with contextlib.suppress(ValueError):
            self._panel_width = max(280, int(state.get("panel_width", _PANEL_WIDTH)))
        page = state.get("page", "")
        return page if page in self._page_types else ""
