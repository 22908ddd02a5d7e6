"""The questions and answers of one conversation, below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.i18n import counted
from app.views.ask.turn import TurnView
from app.widgets.buttons import push_button
from app.widgets.labels import line_width
from app.widgets.layout import SPACE_L, SPACE_XL, ScrollColumn, show_if

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from app.views.ask.live import LiveAnswer
    from app.views.ask.question import QuestionView
    from engine.types import Turn

# Views are made for the newest turns; older ones on request, so that a long conversation opens at once.
SHOWN_TURNS = 20
# This near the end counts as being there.
_NEAR_PX = 24


class ThreadView(ScrollColumn):
    """Follows growing text only while the reader is at its end.

    turn_added: a view was made; the page connects to its signals.
    """

    turn_added = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._theme = theme
        self._views: list[TurnView] = []
        self._live: TurnView | None = None
        self._earlier: list[Turn] = []
        self._following = True
        self.body.setSpacing(SPACE_L)
        self.body.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        self._earlier_button = push_button("", self._show_earlier, role="link")
        self._earlier_button.hide()
        self.body.addWidget(self._earlier_button)
        self.body.addStretch(1)
        self.verticalScrollBar().rangeChanged.connect(self._grown)
        self.verticalScrollBar().valueChanged.connect(self._moved)
        theme.changed.connect(self._fit)
        self._fit()

    @property
    def views(self) -> list[TurnView]:
        """The views shown, oldest first, the one being written last."""
        return self._views + ([self._live] if self._live else [])

    def edited_question(self) -> QuestionView | None:
        """The question that is being edited, if one is."""
        return next((view.question for view in self.views if view.question.editing), None)

    def show_turns(self, turns: Sequence[Turn]) -> None:
        """Show another conversation, at its end."""
        self.clear()
        self._earlier = list(turns[:-SHOWN_TURNS])
        for turn in turns[-SHOWN_TURNS:]:
            self._views.append(self._add(turn.question, self.body.count() - 1))
            self._views[-1].show_turn(turn, last=turn is turns[-1])
        self._tell_earlier()
        self.follow()

    def clear(self) -> None:
        """Show nothing."""
        for view in self.views:
            self.body.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._views, self._live, self._earlier = [], None, []
        self._earlier_button.hide()

    def show_live(self, live: LiveAnswer) -> None:
        """Show an answer that is being written; a turn that it replaces goes."""
        if self._live is None:
            kept = []
            for view in self._views:
                if view.turn is not None and view.turn.id in (live.replaces, live.turn_id):
                    self.body.removeWidget(view)
                    view.hide()
                    view.deleteLater()
                else:
                    view.set_last(False)
                    kept.append(view)
            self._views = kept
            self._live = self._add(live.question, self.body.count() - 1)
            self.follow()
        self._live.show_live(live)

    def finish_live(self, turn: Turn) -> None:
        """The answer that was being written is complete: it stays where it is."""
        if self._live is not None:
            was_following = self._following
            # What appears below the text from here on must not move the text.
            self._following = False
            self._live.show_turn(turn, last=True)
            if was_following and not self._live.answer.isVisibleTo(self._live):
                self.follow()
            self._views.append(self._live)
            self._live = None

    def clear_last(self) -> None:
        """Take away the newest view, whose question was never stored and is asked anew."""
        if self._views:
            view = self._views.pop()
            self.body.removeWidget(view)
            view.hide()
            view.deleteLater()

    def follow(self) -> None:
        """Go to the end and stay there while it grows."""
        self._following = True
        QTimer.singleShot(0, self, self._to_end)

    def show_place(self, widget: QWidget) -> None:
        """Bring a part of the thread into view, once it has its size, and stay there."""
        self._following = False
        QTimer.singleShot(0, widget, lambda: self.ensureWidgetVisible(widget))

    def show_rect(self, widget: QWidget, place: QRect) -> None:
        """Bring a place of a widget of the thread into view, once everything has its size, and stay there."""
        self._following = False

        def show() -> None:
            middle = widget.mapTo(self.widget() or widget, place.center())
            self.ensureVisible(middle.x(), middle.y(), 0, min(place.height() // 2 + SPACE_XL, self.height() // 3))

        QTimer.singleShot(0, widget, show)

    def page(self, direction: int) -> None:
        """Scroll by most of a page: 1 down, -1 up."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + direction * round(bar.pageStep() * 0.85))

    def _add(self, question: str, place: int) -> TurnView:
        view = TurnView(self._theme, question)
        self.body.insertWidget(place, view)
        self.turn_added.emit(view)
        return view

    def _show_earlier(self) -> None:
        turns, self._earlier = self._earlier[-SHOWN_TURNS:], self._earlier[:-SHOWN_TURNS]
        self._following = False
        for turn in reversed(turns):
            view = self._add(turn.question, 1)
            view.show_turn(turn, last=False)
            self._views.insert(0, view)
        self._tell_earlier()

    def _tell_earlier(self) -> None:
        count = len(self._earlier)
        show_if(self._earlier_button, count > 0)
        self._earlier_button.setText(counted("Ask", "Show 1 earlier question", "Show {count} earlier questions", count))

    def _moved(self, value: int) -> None:
        self._following = value >= self.verticalScrollBar().maximum() - _NEAR_PX

    def _grown(self, _minimum: int, maximum: int) -> None:
        # The scroll bar's room is kept free while there is none, or the text would move aside when it appears.
        spare = 0 if maximum > 0 else self.verticalScrollBar().sizeHint().width()
        if self.viewportMargins().right() != spare:
            self.setViewportMargins(0, 0, spare, 0)
        if self._following:
            self.verticalScrollBar().setValue(maximum)

    def _to_end(self) -> None:
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _fit(self) -> None:
        column = self.body.parentWidget()
        if column is not None:
            column.setMaximumWidth(line_width(self) + 2 * SPACE_XL + 2 * SPACE_L)
