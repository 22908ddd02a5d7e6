"""The side list of visits: new, search, filter by state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from app.i18n import tr
from app.views.visits.visit_delegate import VisitDelegate
from app.views.visits.visit_model import VISIT, Index, VisitModel
from app.widgets.buttons import give_icon, push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, show_if
from app.widgets.quiet_selection import select_quietly
from engine.types import VisitFilter, VisitInfo, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme

_SEARCH_PAUSE_MS = 200
_SIGNED = frozenset({VisitState.SIGNED, VisitState.AMENDED})
_KEPT = frozenset(VisitState) - {VisitState.DISCARDED}


class VisitList(QWidget):
    """chosen: a visit to show (its id). filtered: another filter or other words to look for."""

    chosen = Signal(int)
    new_chosen = Signal()
    filtered = Signal()
    entered = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversations")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.new_button = push_button(tr("Visits", "New visit"), self.new_chosen.emit)
        self.new_button.setToolTip("Ctrl+N")
        give_icon(self.new_button, theme, "plus")
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Visits", "Search visits"))
        self.search.setAccessibleName(tr("Visits", "Search in names, transcripts and notes"))
        self.search.setClearButtonEnabled(True)
        self._pause = QTimer(self, interval=_SEARCH_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.filtered)
        self.search.textChanged.connect(lambda _text: self._pause.start())
        self.state = QComboBox()
        self.state.setAccessibleName(tr("Visits", "Which visits"))
        for words, states, today in self._filters():
            self.state.addItem(words, (states, today))
        self.state.activated.connect(lambda _at: self.filtered.emit())
        self.model = VisitModel(self)
        self.view = self._make_view()
        self.search.returnPressed.connect(self.view.setFocus)
        self.nothing = label("", "muted", wrap=True)
        self.nothing.hide()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        outer.setSpacing(SPACE_M)
        for widget in (self.new_button, self.search, self.state, self.nothing):
            outer.addWidget(widget)
        outer.addWidget(self.view, 1)
        theme.changed.connect(self._fit)
        self._fit()

    def _filters(self) -> list[tuple[str, frozenset[VisitState], bool]]:
        return [
            (tr("Visits", "All visits"), _KEPT, False),
            (tr("Visits", "Today"), _KEPT, True),
            (tr("Visits", "Not signed yet"), frozenset({VisitState.DRAFT}), False),
            (tr("Visits", "Signed"), _SIGNED, False),
            (tr("Visits", "Discarded"), frozenset({VisitState.DISCARDED}), False),
        ]

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(VisitDelegate(self._theme, view))
        view.setProperty("role", "plain")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setAccessibleName(tr("Visits", "Visits"))
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setIconSize(QSize(16, 16))
        view.activated.connect(lambda _index: self.entered.emit())
        view.selectionModel().currentChanged.connect(self._current_changed)
        view.clicked.connect(self._current_changed)
        return view

    @property
    def filter(self) -> VisitFilter:
        """What is looked for."""
        states, today = self.state.currentData()
        day = datetime.now().astimezone().date().isoformat() if today else ""
        return VisitFilter(query=self.search.text().strip(), states=states, day=day)

    @property
    def filters(self) -> bool:
        """Whether something is left out of the list."""
        return bool(self.search.text().strip()) or self.state.currentIndex() > 0

    def show_all(self) -> None:
        """Take the filters away."""
        self.search.clear()
        self.state.setCurrentIndex(0)

    def show_visits(self, visits: Sequence[VisitInfo], current: int | None) -> None:
        """Show the list; the selection and the scroll position stay."""
        scroll = self.view.verticalScrollBar().value()
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        self.model.show(visits, datetime.now().astimezone().date())
        self.view.setCurrentIndex(self.model.index_of(current))
        selection.blockSignals(False)
        self.view.verticalScrollBar().setValue(scroll)
        self.view.viewport().update()
        show_if(self.nothing, not visits)
        query = self.search.text().strip()
        self.nothing.setText(
            tr("Visits", "No visit holds “{query}”.", query=query) if query else tr("Visits", "No visits here.")
        )

    def mark_current(self, visit_id: int | None) -> None:
        """Select a visit without opening it."""
        select_quietly(self.view, self.model.index_of(visit_id))

    def _current_changed(self, index: Index) -> None:
        visit = index.data(VISIT)
        if isinstance(visit, VisitInfo):
            self.chosen.emit(visit.id)

    def _fit(self) -> None:
        self.setFixedWidth(min(self._theme.scaled(232), 320))
