"""Going from problem to problem through the answers of a conversation, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.i18n import tr
from app.widgets.verdicts import is_problem

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.ask.thread import ThreadView
    from app.views.ask.turn import TurnView


class ProblemWalk:
    """F8 begins at the first problem of the newest answer that has one, and goes round."""

    def __init__(self, context: AppContext, thread: ThreadView) -> None:
        self._context = context
        self._thread = thread

    @property
    def chosen(self) -> TurnView | None:
        """The view in which a sentence is chosen."""
        return next((view for view in self._thread.views if view.answer.chosen_sentence is not None), None)

    def step(self, step: int) -> None:
        """Choose the next (1) or previous (-1) problem."""
        found = [
            (view, number)
            for view in self._thread.views
            for number, sentence in enumerate(view.sentences)
            if is_problem(sentence)
        ]
        if not found:
            self._context.notices.toast(tr("Ask", "No checked sentence differs or is missing from its source."))
            return
        before = self.chosen
        here = (before, before.answer.chosen_sentence) if before is not None else None
        places = {(id(view), number): place for place, (view, number) in enumerate(found)}
        place = places.get((id(here[0]), here[1] or 0)) if here is not None else None
        if place is None:
            newest = found[-1][0]
            first = next(at for at, (view, _number) in enumerate(found) if view is newest)
            place = first if step > 0 else len(found) - 1
        else:
            place = (place + step) % len(found)
        if before is not None:
            before.answer.drop_choice()
        self._choose(*found[place])

    def back(self) -> bool:
        """Return from the source to the sentence, then from the sentence to the question field. False if neither."""
        view = self.chosen
        if view is None:
            return False
        if self._context.panel.is_open:
            self._context.panel.close_panel()
            view.answer.setFocus()
            return True
        view.answer.drop_choice()
        return False

    def _choose(self, view: TurnView, number: int) -> None:
        view.show_whole_answer()
        view.answer.setFocus()
        place = view.answer.choose_sentence(number)
        if place is not None:
            self._thread.show_rect(view.answer, place)
