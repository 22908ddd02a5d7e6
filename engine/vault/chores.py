"""Work that a workspace does by itself while it is open: backups and checks, one after the other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError

_LOOK_EVERY_S = 60.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chore:
    """run: raises Cancelled when its token is, UserError for what can be tried again at the next look."""

    name: str
    due: Callable[[], bool]
    run: Callable[[CancelToken], object]


class Chores:
    """One thread, from start() to close()."""

    def __init__(self, chores: Sequence[Chore], *, first_after_s: float, every_s: float = _LOOK_EVERY_S) -> None:
        """first_after_s: seconds until the first look, so that a start is not slowed down."""
        self._chores = chores
        self._first_after_s = first_after_s
        self._every_s = every_s
        self._token = CancelToken()
        self._thread = threading.Thread(target=self._work, name="chores", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Cancel what is being done and wait for its end. Safe to call twice, and before start()."""
        self._token.cancel()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        wait = self._first_after_s
        while not self._token.wait(wait):
            wait = self._every_s
            for chore in self._chores:
                try:
                    if not self._token.cancelled and chore.due():
                        chore.run(self._token)
                except Cancelled:
                    return
                except UserError as error:
                    fields = {"chore": chore.name, "error": type(error).__name__}
                    _logger.warning("chore_failed", extra={"fields": fields})
                except Exception:
                    # A defect in one of them must not end the others, backups least of all.
                    _logger.exception("chore_broken")
