"""Going from one thing to look at to the next, through a note: F8."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import tr

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.note_marks import Mark
    from app.views.visits.note_pane import NotePane
    from engine.types import NoteSentence


@dataclass(frozen=True)
class Stop:
    """A sentence of a section (its number), or a fact that is not in the note (its index there)."""

    section: str
    sentence: int = -1
    omission: int = -1


class NoteWalk:
    """visit: called at each stop, in the order of the note; goes round. unclear: whether a supported sentence rests on
    words that were not clearly heard."""

    def __init__(
        self,
        context: AppContext,
        pane: NotePane,
        visit: Callable[[Stop], object],
        unclear: Callable[[NoteSentence], bool],
    ) -> None:
        self._context = context
        self._pane = pane
        self._unclear = unclear
        self._visit = visit
        self.at: Stop | None = None

    def stops(self) -> list[Stop]:
        """Everything that is still to be looked at."""
        found = []
        for key, view in self._pane.sections.items():
            found += [Stop(key, sentence=at) for at, mark in enumerate(view.editor.marks) if self._is_stop(mark)]
            found += [Stop(key, omission=index) for index, _button in view.insert_buttons]
        return found

    def _is_stop(self, mark: Mark) -> bool:
        return mark.is_problem or (not mark.stale and self._unclear(mark.sentence))

    def step(self, step: int) -> None:
        """Go to the next (1) or the previous (-1)."""
        stops = self.stops()
        if not stops:
            self.at = None
            self._context.notices.toast(tr("Note", "Nothing in this note is marked."))
            return
        known = self.at in stops
        place = (stops.index(self.at) + step) % len(stops) if self.at and known else self._after(stops, step)
        self.at = stops[place]
        self._visit(self.at)

    def _after(self, stops: list[Stop], step: int) -> int:
        """What stands where the last stop was, if that was dealt with meanwhile."""
        if self.at is None:
            return 0 if step > 0 else len(stops) - 1
        order = list(self._pane.sections)
        key = order.index(self.at.section) if self.at.section in order else 0
        for place, stop in enumerate(stops):
            here = order.index(stop.section)
            later = (stop.omission >= 0, stop.sentence, stop.omission) >= (
                self.at.omission >= 0,
                self.at.sentence,
                self.at.omission,
            )
            if here > key or (here == key and later):
                return place if step > 0 else place - 1
        return 0 if step > 0 else len(stops) - 1
