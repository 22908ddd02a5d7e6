"""Go to anything: pages, conversations and documents by a few letters of their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.i18n import tr
from app.operations import Operations
from app.theme import Theme
from app.widgets.layout import SPACE_L, SPACE_M
from engine.errors import UserError

_SHOWN = 60


@dataclass(frozen=True)
class Place:
    """Something to go to: its name, what kind of thing it is, and the page and target that show it."""

    name: str
    kind: str
    icon: str
    page: str
    target: object | None = None


class GoToDialog(QDialog):
    """Shows places as the person types; Enter goes there."""

    def __init__(
        self,
        theme: Theme,
        pages: list[Place],
        load: Callable[[], list[Place]],
        operations: Operations,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Chartside")
        self.setAccessibleName(tr("GoTo", "Go to"))
        self.setModal(True)
        self.resize(theme.scaled(560), theme.scaled(420))
        self.chosen: Place | None = None
        self._theme = theme
        self._places = pages
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("GoTo", "Go to a page, a conversation, a document or a visit"))
        self.field.setAccessibleName(tr("GoTo", "Go to"))
        self.field.textChanged.connect(self._show_matches)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("goto")
        self.list.setProperty("role", "plain")
        self.list.setAccessibleName(tr("GoTo", "Matches"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(theme.scaled(18), theme.scaled(18)))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(self._go)
        self.list.itemClicked.connect(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        self._show_matches("")
        operations.start(lambda _job: load(), owner=self, on_success=self._add, on_failure=self._failed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down move in the list while the focus stays in the field; Enter goes."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                step = 1 if key == Qt.Key.Key_Down else -1
                if self.list.count():
                    self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._go(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _add(self, places: list[Place]) -> None:
        self._places = self._places + places
        self._show_matches(self.field.text())

    def _failed(self, error: UserError) -> None:
        item = QListWidgetItem(str(error))
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _show_matches(self, typed: str) -> None:
        self.list.clear()
        for place in matching(self._places, typed)[:_SHOWN]:
            item = QListWidgetItem(self._theme.icon(place.icon, "muted"), f"{place.name}   ·   {place.kind}")
            item.setData(Qt.ItemDataRole.UserRole, place)
            item.setToolTip(place.name)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _go(self, item: QListWidgetItem | None) -> None:
        place = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(place, Place):
            self.chosen = place
            self.accept()


def matching(places: list[Place], typed: str) -> list[Place]:
    """Places whose name holds every typed word; those whose name or a word of it starts so come first."""
    words = typed.casefold().split()
    ranked = []
    for at, place in enumerate(places):
        name = place.name.casefold()
        if all(word in name for word in words):
            starts = sum(any(part.startswith(word) for part in name.split()) for word in words)
            ranked.append((-int(bool(words) and name.startswith(words[0])), -starts, at, place))
    return [place for *_, place in sorted(ranked, key=lambda entry: entry[:3])]
