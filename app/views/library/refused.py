"""Names the files that were not taken in, and why."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.i18n import counted, tr
from app.widgets.feedback import ErrorPanel
from engine.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.theme import Theme
    from engine.library.outcome import RefusedFile

_NAMED = 3


def refused_error(files: Sequence[RefusedFile]) -> UserError:
    """One sentence with the first names; the details list every file with its reason."""
    names = [f"“{_short(file.name)}”" for file in files[:_NAMED]]
    if len(files) > _NAMED:
        names.append(counted("Library", "1 more", "{count} more", len(files) - _NAMED))
    listed = ", ".join(names)
    message = (
        tr("Library", "1 file was not added: {names}.", names=listed)
        if len(files) == 1
        else tr("Library", "{count} files were not added: {names}.", count=len(files), names=listed)
    )
    reasons: dict[str, list[str]] = defaultdict(list)
    for file in files:
        reasons[f"{file.problem.message} {file.problem.advice}".strip()].append(file.name)
    advice = next(iter(reasons)) if len(reasons) == 1 else tr("Library", "The details say why each of them was not.")
    details = "\n\n".join("\n".join([reason, *(f"  {name}" for name in named)]) for reason, named in reasons.items())
    return UserError(message, advice, details)


class RefusedPanel(ErrorPanel):
    """Stays until dismissed."""

    dismissed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, on_dismiss=self._dismiss)

    def show_refused(self, files: Sequence[RefusedFile]) -> None:
        """Show these files; nothing for none."""
        if files:
            self.show_error(refused_error(files))

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:24]}…{name[-12:]}"
