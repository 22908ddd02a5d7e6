"""The menus of the Library page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from app.i18n import tr
from engine.types import DocumentState, Permission

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.library.acts import LibraryActs
    from app.views.library.opening import Opening
    from engine.types import DocumentInfo


class LibraryMenus(QObject):
    """Makes menus of what can be done with some documents, or with all of them."""

    def __init__(self, context: AppContext, acts: LibraryActs, opening: Opening, page: QWidget) -> None:
        super().__init__(page)
        self._theme = context.theme
        self._adds = context.may(Permission.ADD_DOCUMENTS)
        self._removes = context.may(Permission.REMOVE_DOCUMENTS)
        self._acts = acts
        self._opening = opening
        self._page = page

    def of_documents(self, documents: Sequence[DocumentInfo]) -> QMenu:
        """For selected documents; opening is for the first of them."""
        first, acts = documents[0], self._acts
        failed = [document for document in documents if document.state is DocumentState.FAILED]
        menu = self._menu()
        self._add(menu, "eye", tr("Library", "Open"), lambda: self._opening.document(first))
        if first.state is not DocumentState.FAILED:
            self._add(menu, "external", tr("Library", "Open in viewer"), lambda: self._opening.in_viewer(first))
        if first.needs_password and self._adds:
            self._add(menu, "key", tr("Library", "Enter password…"), lambda: self._opening.ask_password(first))
        if failed and self._adds:
            self._add(menu, "retry", tr("Library", "Try again"), lambda: acts.retry(failed))
        if self._adds:
            menu.addSeparator()
            self._add(menu, "book", tr("Library", "Read again"), lambda: acts.reindex(documents))
        if self._removes:
            self._add(menu, "trash", tr("Library", "Remove"), lambda: acts.remove(documents))
        return menu

    def of_library(self, documents: Sequence[DocumentInfo]) -> QMenu:
        """For the whole library."""
        acts = self._acts
        failed = [each for each in documents if each.state is DocumentState.FAILED and not each.needs_password]
        menu = self._menu()
        if failed:
            self._add(menu, "retry", tr("Library", "Try all failed again"), lambda: acts.retry(failed))
        self._add(menu, "book", tr("Library", "Read all documents again"), lambda: acts.reindex(None))
        self._add(menu, "plus", tr("Library", "Add the sample library"), acts.add_samples)
        return menu

    def _menu(self) -> QMenu:
        menu = QMenu(self._page)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add(self, menu: QMenu, icon: str, words: str, act: Callable[[], object]) -> None:
        menu.addAction(self._theme.icon(icon), words).triggered.connect(lambda _checked=False: act())
