"""The versions of a note, and what people changed of the draft: shown beside the note."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget

from app.i18n import moment_text, tr
from app.widgets.layout import SPACE_M
from app.words.visits import step_words

if TYPE_CHECKING:
    from app.context import AppContext
    from engine.types import Note, NoteVersionInfo


class VersionsView(QWidget):
    """A list, and the version chosen in it as it was."""

    def __init__(self, context: AppContext, visit_id: int) -> None:
        super().__init__()
        self._context = context
        self._visit_id = visit_id
        self.list = QListWidget()
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName(tr("Visits", "Versions of the note"))
        self.list.currentItemChanged.connect(lambda now, _before: self._open(now))
        self.text = _browser(tr("Visits", "This version"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        outer.addWidget(self.list, 1)
        outer.addWidget(self.text, 2)
        self.setFocusProxy(self.list)
        visits = context.workspace.visits
        context.operations.start(
            lambda _job: visits.versions(visit_id),
            owner=self,
            on_success=self._show,
            on_failure=context.notices.error,
        )

    def _show(self, versions: list[NoteVersionInfo]) -> None:
        for each in versions:
            words = tr(
                "Visits",
                "{version} · {what} · {name}, {when}",
                version=each.version,
                what=step_words(each.what),
                name=each.name,
                when=moment_text(each.at),
            )
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, each.version)
            item.setToolTip(words)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _open(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        visits, number = self._context.workspace.visits, int(item.data(Qt.ItemDataRole.UserRole))

        def take(note: Note) -> None:
            current = self.list.currentItem()
            if current is not None and current.data(Qt.ItemDataRole.UserRole) == number:
                self.text.setHtml(_note_html(note))

        self._context.operations.start(
            lambda _job: visits.version(self._visit_id, number),
            owner=self,
            on_success=take,
            on_failure=self._context.notices.error,
        )


class DifferenceView(QWidget):
    """What was taken out is crossed out, what was put in is underlined: not by colour alone."""

    def __init__(self, context: AppContext, visit_id: int) -> None:
        super().__init__()
        self._context = context
        self._pieces: list[tuple[str, str]] = []
        self.text = _browser(tr("Visits", "What was changed of the draft"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        outer.addWidget(self.text)
        self.setFocusProxy(self.text)
        context.theme.changed.connect(self._color)
        visits = context.workspace.visits
        context.operations.start(
            lambda _job: visits.difference(visit_id),
            owner=self,
            on_success=self._show,
            on_failure=context.notices.error,
        )

    def _show(self, pieces: list[tuple[str, str]]) -> None:
        self._pieces = pieces
        self._color()

    def _color(self) -> None:
        if not any(kind != "same" for kind, _words in self._pieces):
            self.text.setPlainText(tr("Visits", "Nothing was changed of what was drafted."))
            return
        self.text.setHtml(difference_html(self._pieces, self._context.theme.palette.hex))


def difference_html(pieces: list[tuple[str, str]], color: Callable[[str], str]) -> str:
    """The pieces in order; color gives the colour of a role."""
    styles = {
        "added": f"background-color:{color('ok_soft')};color:{color('ok')};text-decoration:underline",
        "removed": f"background-color:{color('bad_soft')};color:{color('bad')};text-decoration:line-through",
    }
    parts = [
        f'<span style="{styles[kind]}">{_lines(words)}</span>' if kind in styles else _lines(words)
        for kind, words in pieces
    ]
    return " ".join(parts)


def _lines(words: str) -> str:
    return escape(words).replace("\n", "<br>")


def _note_html(note: Note) -> str:
    return "".join(f"<h4>{escape(each.title)}</h4><p>{_lines(each.text)}</p>" for each in note.sections)


def _browser(name: str) -> QTextBrowser:
    browser = QTextBrowser()
    browser.setOpenLinks(False)
    browser.setFrameShape(QFrame.Shape.NoFrame)
    browser.setAccessibleName(name)
    return browser
